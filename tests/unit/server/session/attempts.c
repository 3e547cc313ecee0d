/* unit.attempts */
#include "server/session/attempts.h"

#include "tests/support/unit.h"

enum { ADDRESS = 77, NOW_MS = 1000000 };

static struct attempts attempts;

static void fail_times(unsigned times, uint64_t now_ms)
{
    while (times-- > 0)
        attempts_failed(&attempts, ADDRESS, now_ms);
}

static void waits_after_a_burst_and_forgives_with_time(void **state)
{
    (void)state;
    attempts_init(&attempts);
    fail_times(ATTEMPTS_BURST - 1, NOW_MS);
    assert_int_equal(attempts_wait_ms(&attempts, ADDRESS, NOW_MS), 0);
    fail_times(1, NOW_MS);
    assert_int_equal(attempts_wait_ms(&attempts, ADDRESS, NOW_MS), ATTEMPTS_REFILL_MS);
    assert_int_equal(attempts_wait_ms(&attempts, ADDRESS + 1, NOW_MS), 0);
    assert_int_equal(attempts_wait_ms(&attempts, ADDRESS, NOW_MS + ATTEMPTS_REFILL_MS), 0);
    attempts_done(&attempts);
}

/* Loops read their clocks at different moments. */
static void forgives_nothing_for_a_clock_that_is_a_little_behind(void **state)
{
    (void)state;
    attempts_init(&attempts);
    fail_times(ATTEMPTS_BURST, NOW_MS);
    assert_int_equal(attempts_wait_ms(&attempts, ADDRESS, NOW_MS - 1), ATTEMPTS_REFILL_MS + 1);
    attempts_done(&attempts);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_after_a_burst_and_forgives_with_time),
        cmocka_unit_test(forgives_nothing_for_a_clock_that_is_a_little_behind),
    };

    return RUN_UNIT("attempts", tests);
}
