#include "common/base/clock.h"

#include "tests/support/unit.h"

static void prints_days_and_moments(void **state)
{
    char text[TIMESTAMP_SIZE];

    (void)state;
    assert_string_equal(timestamp_print(text, 1795425300007), "2026-11-23T09:15:00.007Z");
    assert_string_equal(date_print(text, 0), "1970-01-01");
    assert_string_equal(timestamp_print(text, UINT64_MAX), "9999-12-31T23:59:59.999Z");
}

static void knows_the_calendar(void **state)
{
    static const char *const days[] = { "2026-11-23", "2024-02-29", "2000-02-29", "0001-12-31" };
    static const char *const none[] = { "2026-02-29", "1900-02-29",  "2026-13-01", "2026-00-01",
                                        "2026-04-31", "2026-01-00",  "2026-1-01",  "2026-01-1x",
                                        "",           "2026-01-010", "0000-01-01" };

    (void)state;
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
        assert_true(date_is_valid(days[i]));
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_false(date_is_valid(none[i]));
}

static void rises(void **state)
{
    uint64_t before = clock_monotonic_us(&clock_system);

    (void)state;
    assert_true(clock_monotonic_us(&clock_system) >= before);
    assert_true(clock_now_ms(&clock_system) > 1700000000000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_days_and_moments),
        cmocka_unit_test(knows_the_calendar),
        cmocka_unit_test(rises),
    };

    return RUN_UNIT("clock", tests);
}
