/*
 * apply.c: an entry means the same whenever it is applied: nothing asks the clock meanwhile, and the times in the view
 * are those of the entries. And what a batch took goes back where it cannot begin.
 */
#include "server/ledger/apply.h"

#include <sys/time.h>
#include <time.h>

#include "server/benchmark/sheets.h"
#include "tests/support/one_world.h"
#include "tests/support/unit.h"

static bool applying, no_memory;
static unsigned asked;

int __real_clock_gettime(clockid_t which, struct timespec *now);
int __wrap_clock_gettime(clockid_t which, struct timespec *now);
int __real_entry_apply(struct view *view, const Ci__Entry *entry, const struct journal_head *at);
int __wrap_entry_apply(struct view *view, const Ci__Entry *entry, const struct journal_head *at);
int __real_sheets_new(struct sheets **out, struct cells *cells);
int __wrap_sheets_new(struct sheets **out, struct cells *cells);

int __wrap_clock_gettime(clockid_t which, struct timespec *now)
{
    asked += applying;
    return __real_clock_gettime(which, now);
}

int __wrap_entry_apply(struct view *view, const Ci__Entry *entry, const struct journal_head *at)
{
    int result;

    applying = true;
    result = __real_entry_apply(view, entry, at);
    applying = false;
    return result;
}

int __wrap_sheets_new(struct sheets **out, struct cells *cells)
{
    return no_memory ? FAULT(FAULT_MEMORY, "as the test wants it") : __real_sheets_new(out, cells);
}

static uint64_t last_answer_ms(void)
{
    struct sheet sheet;
    struct txn txn;

    MUST(txn_begin_read(&txn, ledger_store(world.ledger)));
    assert_true(sheet_read(&txn, "2026", "GM0001", &sheet));
    txn_end(&txn);
    return sheet.last_answer_ms;
}

static void the_clock_is_not_asked_and_times_are_the_entries(void **state)
{
    struct principal buyer = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001");
    struct ledger_options options = world_options(&world);
    Ci__Edit *edit = world_edit(&world, &buyer, "GM0001", "answer/2026/S1.1", world_level(&world, 3));

    (void)state;
    asked = 0;
    assert_int_equal(world_push(&world, &buyer, edit), CI__EDIT_ENTRY__OUTCOME__STANDS);
    assert_int_equal(last_answer_ms(), world.now_ms);
    world_set_round(&world, CI__ROUND__STATE__CLOSED);
    edit = world_edit(&world, &buyer, "GM0001", "answer/2026/S1.2", world_level(&world, 3));
    world_push(&world, &buyer, edit); /* late, or refused */
    world_close_ledger(&world);
    assert_int_equal(ledger_rebuild(&options), 0);
    assert_int_equal(ledger_open(&world.ledger, &options), 0);
    assert_int_equal(asked, 0);
    assert_in_range(last_answer_ms(), WORLD_START_MS, world.now_ms);
}

/* The sanitizer says what did not go back. */
static void a_batch_that_cannot_begin_leaves_nothing_behind(void **state)
{
    (void)state;
    MUST(txn_begin_write(&world.txn, ledger_store(world.ledger)));
    no_memory = true;
    assert_int_equal(batch_init(&world.batch, world.ledger, &world.txn, world.now_ms), -FAULT_MEMORY);
    no_memory = false;
    assert_null(world.batch.arena);
    txn_end(&world.txn);
}

#define APPLY(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        APPLY(the_clock_is_not_asked_and_times_are_the_entries),
        APPLY(a_batch_that_cannot_begin_leaves_nothing_behind),
    };

    return RUN_UNIT("server.ledger.apply", tests);
}
