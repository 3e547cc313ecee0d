/* unit.limits: connections, wrong codes, and the addresses they are counted by. */
#include "server/session/limits.h"

#include "server/session/address.h"
#include "server/session/attempts.h"
#include "tests/support/unit.h"

static void counts_in_all_and_by_address(void **state)
{
    CLEANUP(limits_free) struct limits *limits = NULL;

    (void)state;
    assert_int_equal(limits_new(&limits, 3, 2), 0);
    assert_true(limits_enter(limits, 1));
    assert_true(limits_enter(limits, 1));
    assert_false(limits_enter(limits, 1));
    assert_true(limits_enter(limits, 2));
    assert_false(limits_enter(limits, 3));
    limits_leave(limits, 1);
    assert_true(limits_enter(limits, 3));
    assert_int_equal(limits_count(limits), 3);
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
        cmocka_unit_test(knows_an_address_in_every_form),
        cmocka_unit_test(forgives_wrong_codes_with_time),
    };

    return RUN_UNIT("limits", tests);
}
