/*
 * disclosure.c: what of a cell leaves the server.
 */
#include "server/benchmark/disclosure.h"

#include "tests/support/unit.h"

static Ci__Figure shown(int members, int step)
{
    struct cell cell = { 0 };
    Ci__Figure figure = CI__FIGURE__INIT;

    for (int i = 0; i < members; i++)
        cell_add(&cell, 40 + i * step);
    disclosure_figure(disclosure_rule(NULL), &cell, &figure);
    return figure;
}

static void shows_no_mean_of_fewer_than_five(void **state)
{
    (void)state;
    assert_int_equal(shown(4, 2).shown, CI__FIGURE__SHOWN__WITHHELD);
    assert_int_equal(shown(4, 2).count, 0);
    assert_int_equal(shown(5, 2).shown, CI__FIGURE__SHOWN__MEAN);
    assert_int_equal(shown(5, 2).mean, 44);
    assert_int_equal(shown(5, 2).deviation, 0);
}

static void shows_no_spread_of_fewer_than_ten(void **state)
{
    (void)state;
    assert_int_equal(shown(9, 2).shown, CI__FIGURE__SHOWN__MEAN);
    assert_int_equal(shown(9, 2).median, 0);
    assert_int_equal(shown(10, 2).shown, CI__FIGURE__SHOWN__SPREAD);
    assert_int_equal(shown(10, 2).median, 49);
}

static void withholds_what_is_the_same_for_all(void **state)
{
    (void)state;
    assert_int_equal(shown(20, 0).shown, CI__FIGURE__SHOWN__WITHHELD);
}

static void never_goes_below_the_promise(void **state)
{
    Ci__Disclosure lower = CI__DISCLOSURE__INIT;
    struct disclosure rule;

    (void)state;
    lower.mean_from = 2;
    lower.spread_from = 3;
    rule = disclosure_rule(&lower);
    assert_int_equal(rule.mean_from, 5);
    assert_int_equal(rule.spread_from, 10);
    lower.mean_from = 15;
    assert_int_equal(disclosure_rule(&lower).spread_from, 15);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_no_mean_of_fewer_than_five),
        cmocka_unit_test(shows_no_spread_of_fewer_than_ten),
        cmocka_unit_test(withholds_what_is_the_same_for_all),
        cmocka_unit_test(never_goes_below_the_promise),
    };

    return RUN_UNIT("server.benchmark.disclosure", tests);
}
