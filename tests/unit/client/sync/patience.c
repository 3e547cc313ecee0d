/* unit.patience: how long is waited before trying again. */
#include "client/sync/patience.h"

#include "tests/support/unit.h"

static void waits_longer_with_each_failure_and_never_above_its_bound(void **state)
{
    struct patience patience = { 0 };
    uint64_t bound_ms = PATIENCE_FIRST_MS;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(patience_wait_ms(&patience, 0, bound_ms), bound_ms);
        bound_ms = 2 * bound_ms < PATIENCE_MOST_MS ? 2 * bound_ms : PATIENCE_MOST_MS;
    }
    assert_true(patience_wait_ms(&patience, 0, UINT64_MAX) <= PATIENCE_MOST_MS);
}

static void spreads_those_who_fail_together_evenly(void **state)
{
    size_t early = 0;

    (void)state;
    for (uint64_t install = 0; install < 400; install++) {
        struct patience patience = { .failures = 5 };

        early += patience_wait_ms(&patience, 0, install * UINT64_C(0x9e3779b97f4a7c15)) < 16 * 1000;
    }
    assert_in_range(early, 150, 250); /* half of them in the first half of 32 seconds */
}

static void comes_no_sooner_than_the_server_asked(void **state)
{
    struct patience patience = { 0 };

    (void)state;
    for (uint64_t random = 0; random < 5000; random += 7)
        assert_true(patience_wait_ms(&patience, 60 * 1000, random) >= 60 * 1000);
    assert_true(patience_wait_ms(&patience, UINT64_MAX, 0) <= PATIENCE_MOST_MS); /* but not never */
}

static void begins_anew_once_it_went_well(void **state)
{
    struct patience patience = { .failures = 7 };

    (void)state;
    patience_reset(&patience);
    assert_true(patience_wait_ms(&patience, 0, UINT64_MAX) <= PATIENCE_FIRST_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_longer_with_each_failure_and_never_above_its_bound),
        cmocka_unit_test(spreads_those_who_fail_together_evenly),
        cmocka_unit_test(comes_no_sooner_than_the_server_asked),
        cmocka_unit_test(begins_anew_once_it_went_well),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
