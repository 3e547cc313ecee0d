/* unit.limits: connections, wrong codes, and the addresses they are counted by. */
#include "server/session/limits.h"

#include "server/session/address.h"
#include "server/session/attempts.h"
#include "tests/support/unit.h"

enum { PLACES = 8 };

static struct limits_place places[PLACES];
static struct limits_lost lost;

static bool enters(struct limits *limits, unsigned place, uint64_t address)
{
    bool entered = limits_enter(limits, &places[place], address, &places[place].owner, &lost);

    assert_true(!lost.place || lost.owner == &lost.place->owner);
    return entered;
}

static void counts_in_all_and_by_address(void **state)
{
    CLEANUP(limits_free) struct limits *limits = NULL;

    (void)state;
    assert_int_equal(limits_new(&limits, 3, 2), 0);
    for (unsigned i = 0; i < 2; i++) {
        assert_true(enters(limits, i, 1));
        limits_settle(limits, &places[i]);
    }
    assert_false(enters(limits, 2, 1));
    assert_true(enters(limits, 2, 2));
    limits_settle(limits, &places[2]);
    assert_false(enters(limits, 3, 3));
    limits_leave(limits, &places[0]);
    assert_true(enters(limits, 3, 3));
    assert_int_equal(limits_count(limits), 3);
    for (unsigned i = 1; i < 4; i++)
        limits_leave(limits, &places[i]);
    assert_int_equal(limits_count(limits), 0);
}

static void the_oldest_without_hello_gives_way_to_its_own_address(void **state)
{
    CLEANUP(limits_free) struct limits *limits = NULL;

    (void)state;
    assert_int_equal(limits_new(&limits, 10, 3), 0);
    assert_true(enters(limits, 0, 2));
    for (unsigned i = 1; i <= 3; i++)
        assert_true(enters(limits, i, 1));
    limits_settle(limits, &places[1]);
    assert_true(enters(limits, 4, 1));
    assert_ptr_equal(lost.place, &places[2]);
    assert_true(limits_is_lost(limits, &places[2]));
    assert_int_equal(limits_count(limits), 4);
    limits_settle(limits, &places[2]); /* too late: it is lost */
    limits_leave(limits, &places[2]);
    assert_int_equal(limits_count(limits), 4);
    assert_true(enters(limits, 2, 1));
    assert_ptr_equal(lost.place, &places[3]);
    for (unsigned i = 0; i <= 4; i++)
        limits_leave(limits, &places[i]);
    assert_int_equal(limits_count(limits), 0);
}

static void the_oldest_of_all_gives_way_where_all_is_full(void **state)
{
    CLEANUP(limits_free) struct limits *limits = NULL;

    (void)state;
    assert_int_equal(limits_new(&limits, 2, 2), 0);
    assert_true(enters(limits, 0, 1));
    assert_true(enters(limits, 1, 2));
    assert_true(enters(limits, 2, 3));
    assert_ptr_equal(lost.place, &places[0]); /* the last of its address */
    limits_leave(limits, &places[0]);
    assert_true(enters(limits, 0, 2));
    assert_ptr_equal(lost.place, &places[1]);
    for (unsigned i = 0; i < 3; i++)
        limits_leave(limits, &places[i]);
}

static void only_so_many_may_be_leaving(void **state)
{
    static struct limits_place many[LIMITS_LEAVING_MAX + 2];
    CLEANUP(limits_free) struct limits *limits = NULL;

    (void)state;
    assert_int_equal(limits_new(&limits, 10, 1), 0);
    for (unsigned i = 0; i <= LIMITS_LEAVING_MAX; i++)
        assert_true(limits_enter(limits, &many[i], 1, NULL, &lost));
    assert_false(limits_enter(limits, &many[LIMITS_LEAVING_MAX + 1], 1, NULL, &lost));
    assert_int_equal(limits_count(limits), 1);
    limits_leave(limits, &many[0]);
    assert_true(limits_enter(limits, &many[0], 1, NULL, &lost));
}

static void knows_an_address_in_every_form(void **state)
{
    (void)state;
    assert_int_equal(address_key("192.0.2.1:4711"), 0xc0000201);
    assert_int_equal(address_key("[::ffff:192.0.2.1]:4711"), 0xc0000201);
    assert_int_equal(address_key("[2001:db8::1]:1"), address_key("[2001:db8::2]:2"));
    assert_int_not_equal(address_key("[2001:db8::1]:1"), address_key("[2001:db8:0:1::1]:1"));
    assert_int_equal(address_key("nowhere"), 0);
}

static void forgives_wrong_codes_with_time(void **state)
{
    static struct attempts attempts;

    (void)state;
    attempts_init(&attempts);
    for (int i = 0; i < ATTEMPTS_BURST; i++) {
        assert_int_equal(attempts_wait_ms(&attempts, 1, 1000), 0);
        attempts_failed(&attempts, 1, 1000);
    }
    assert_int_equal(attempts_wait_ms(&attempts, 1, 1000), ATTEMPTS_REFILL_MS);
    assert_int_equal(attempts_wait_ms(&attempts, 2, 1000), 0);
    assert_int_equal(attempts_wait_ms(&attempts, 1, 1000 + ATTEMPTS_REFILL_MS), 0);
    attempts_done(&attempts);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_in_all_and_by_address),
        cmocka_unit_test(the_oldest_without_hello_gives_way_to_its_own_address),
        cmocka_unit_test(the_oldest_of_all_gives_way_where_all_is_full),
        cmocka_unit_test(only_so_many_may_be_leaving),
        cmocka_unit_test(knows_an_address_in_every_form),
        cmocka_unit_test(forgives_wrong_codes_with_time),
    };

    return RUN_UNIT("limits", tests);
}
