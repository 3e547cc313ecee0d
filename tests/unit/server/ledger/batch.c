#include "server/ledger/batch.h"

#include "common/wire/limits.h"
#include "tests/support/unit.h"

/* What a full push asks before each of its edits (handlers/push.c): room for it, and for one that comes along. */
static bool full_push_fits(struct batch *batch)
{
    bool fits = true;

    for (size_t edits = 0; edits < PUSH_EDITS_MAX; edits++, batch->count++)
        fits = fits && batch_takes_more(batch, 2, 0);
    return fits;
}

static void whoever_is_let_in_can_bring_a_full_push(void **state)
{
    static struct batch batch;
    size_t let_in = 0;
    (void)state;

    for (size_t before = 0; before <= BATCH_ENTRIES_MAX; before++) {
        batch.count = before;
        if (!batch_has_room(&batch, 0))
            continue;
        let_in++;
        assert_true(full_push_fits(&batch));
    }
    assert_true(let_in > BATCH_ENTRIES_MAX / 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = { cmocka_unit_test(whoever_is_let_in_can_bring_a_full_push) };

    return RUN_UNIT("server.ledger.batch", tests);
}
