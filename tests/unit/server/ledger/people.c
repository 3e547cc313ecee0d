/* people.c: who somebody is, is remembered for one state of the national dossier and for no other. */
#include "server/ledger/people.h"

#include "server/ledger/meta.h"
#include "tests/support/one_world.h"
#include "tests/support/unit.h"

static const struct tls_peer stranger = { .present = true, .fingerprint = { 7 } };

static struct principal_memo memo_of_now(void)
{
    struct principal_memo memo = { .principal = world_person(CI__ROLE__ROLE_CENTRAL, NULL) };
    struct txn txn;

    MUST(txn_begin_read(&txn, ledger_store(world.ledger)));
    memo.national = meta_national(&txn);
    txn_end(&txn);
    return memo;
}

static int find(struct principal_memo *memo, struct principal *principal)
{
    struct txn txn;
    int result;

    MUST(txn_begin_read(&txn, ledger_store(world.ledger)));
    result = principal_find(&txn, &stranger, memo, principal);
    txn_end(&txn);
    return result;
}

static void what_is_remembered_counts_while_nothing_national_has_changed(void **state)
{
    struct principal_memo memo = memo_of_now();
    struct principal principal = { 0 };

    (void)state;
    assert_int_equal(find(&memo, &principal), 0);
    assert_int_equal(principal.role, CI__ROLE__ROLE_CENTRAL);
}

static void it_counts_no_longer_at_another_position(void **state)
{
    struct principal_memo memo = memo_of_now();
    struct principal principal = { 0 };

    (void)state;
    world_set_round(&world, CI__ROUND__STATE__CLOSED);
    assert_int_equal(find(&memo, &principal), ERROR_UNKNOWN_INSTALL);
    assert_int_equal(principal.role, CI__ROLE__ROLE_NONE);
}

/* A server that was put back and went on from there. */
static void nor_at_the_same_position_of_another_history(void **state)
{
    struct principal_memo memo = memo_of_now();
    struct principal principal = { 0 };

    (void)state;
    memo.national.hash[DIGEST_BYTES - 1] ^= 1;
    assert_int_equal(find(&memo, &principal), ERROR_UNKNOWN_INSTALL);
    assert_int_equal(principal.role, CI__ROLE__ROLE_NONE);
}

#define PEOPLE(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        PEOPLE(what_is_remembered_counts_while_nothing_national_has_changed),
        PEOPLE(it_counts_no_longer_at_another_position),
        PEOPLE(nor_at_the_same_position_of_another_history),
    };

    return RUN_UNIT("server.ledger.people", tests);
}
