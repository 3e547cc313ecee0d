/*
 * releases.c: every round that is released has its release, signed; where it was lost it is made anew.
 */
#include "server/ledger/releases.h"

#include "tests/support/one_world.h"
#include "tests/support/unit.h"

enum { STANDS, RIVAL, AGREED };

static void count_line(void *context, const char *line)
{
    (void)line;
    ++*(int *)context;
}

static int releases_wrong(void)
{
    struct txn txn;
    int said = 0, wrong;

    MUST(txn_begin_read(&txn, ledger_store(world.ledger)));
    wrong = release_check_all(&txn, world.vault, count_line, &said);
    txn_end(&txn);
    assert_int_equal(wrong, said);
    return wrong;
}

static void a_round_without_its_release_is_reported_and_gets_it_when_it_is_released_once_more(void **state)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);
    Ci__Edit *again;

    (void)state;
    world_set_round(&world, CI__ROUND__STATE__CLOSED);
    assert_int_equal(releases_wrong(), 0);
    world_set_round(&world, CI__ROUND__STATE__RELEASED);
    assert_int_equal(releases_wrong(), 1); /* as a heal leaves it: nobody who gave it back had seen the release */
    again = world_edit(&world, &central, "NL", "round/2026",
                       codec_pack(world_round(&world, CI__ROUND__STATE__RELEASED), world.arena));
    assert_in_range(world_push(&world, &central, again), STANDS, AGREED);
    world_begin(&world);
    MUST(release_add(&world.batch, again, world.arena));
    world_commit(&world);
    assert_int_equal(releases_wrong(), 0);
    assert_grows_from_its_journal();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_round_without_its_release_is_reported_and_gets_it_when_it_is_released_once_more, world_setup,
            world_teardown),
    };

    return RUN_UNIT("releases", tests);
}
