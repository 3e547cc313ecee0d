/* unit.benchmark.cells: what is noted shows when it is made, what is forgotten never does. */
#include "server/benchmark/cells.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/unit.h"

enum { NODES = 4 };

static struct cells *cells;
static const struct member town = { .area_count = 2, .areas = { "NL", "PV25" } };
static struct contribution nothing, low, high;

static int setup(void **state)
{
    (void)state;
    contribution_clear(&nothing);
    contribution_clear(&low);
    contribution_clear(&high);
    memset(low.points, 10, NODES);
    memset(high.points, 90, NODES - 1); /* the last node: insufficient data */
    return cells_new(&cells);
}

static int teardown(void **state)
{
    (void)state;
    cells = cells_free(cells);
    return 0;
}

static void replace(const struct contribution *before, const struct contribution *after)
{
    assert_int_equal(
        cells_replace(cells, &(struct cells_change){ "2026", "GM0200", CI__BASIS__LIVE, &town, NODES, before, after }),
        0);
}

static struct cell cell_of(const char *area, Ci__Basis basis, size_t node)
{
    struct cell cell = { 0 };

    cells_lock(cells);
    const struct cell *of = cells_of_area(cells, "2026", basis, area);
    if (of)
        cell = of[node];
    cells_unlock(cells);
    return cell;
}

static void what_is_noted_shows_in_every_area_once_it_is_made(void **state)
{
    (void)state;
    replace(&nothing, &low);
    assert_int_equal(cell_of("NL", CI__BASIS__LIVE, 0).count, 0);
    cells_make(cells);
    assert_int_equal(cell_of("NL", CI__BASIS__LIVE, 0).sum, 10);
    assert_int_equal(cell_of("PV25", CI__BASIS__LIVE, NODES - 1).sum, 10);
    assert_int_equal(cell_of("PV25", CI__BASIS__ADOPTED, 0).count, 0);
    assert_int_equal(cell_of("PV26", CI__BASIS__LIVE, 0).count, 0);
    cells_make(cells); /* nothing new */
    assert_int_equal(cell_of("NL", CI__BASIS__LIVE, 0).count, 1);
}

static void a_contribution_is_replaced_node_by_node(void **state)
{
    (void)state;
    replace(&nothing, &low);
    replace(&low, &high);
    cells_make(cells);
    assert_int_equal(cell_of("NL", CI__BASIS__LIVE, 0).count, 1);
    assert_int_equal(cell_of("NL", CI__BASIS__LIVE, 0).bins[90], 1);
    assert_int_equal(cell_of("NL", CI__BASIS__LIVE, NODES - 1).count, 0);
}

static void what_is_forgotten_never_shows(void **state)
{
    (void)state;
    replace(&nothing, &low);
    cells_forget(cells);
    cells_make(cells);
    assert_int_equal(cell_of("NL", CI__BASIS__LIVE, 0).count, 0);
}

/* More areas than slots, and more notes than are kept. */
static void many_areas_and_large_transactions_are_no_different(void **state)
{
    enum { AREAS = 3000 };
    struct member member = { .area_count = 1 };
    struct contribution before = nothing;
    char area[16];

    (void)state;
    for (int round = 0; round < 10; round++) {
        struct contribution after = before;

        memset(after.points, round, NODES);
        for (int i = 0; i < AREAS; i++) {
            snprintf(member.areas[0], sizeof member.areas[0], "RES-%d", i);
            assert_int_equal(cells_replace(cells, &(struct cells_change){ "2026", "GM0200", CI__BASIS__LIVE, &member,
                                                                          NODES, &before, &after }),
                             0);
        }
        before = after;
    }
    cells_make(cells);
    for (int i = 0; i < AREAS; i++) {
        snprintf(area, sizeof area, "RES-%d", i);
        assert_int_equal(cell_of(area, CI__BASIS__LIVE, 1).count, 1);
        assert_int_equal(cell_of(area, CI__BASIS__LIVE, 1).sum, 9);
    }
}

int main(void)
{
#define CELLS(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    static const struct CMUnitTest tests[] = {
        CELLS(what_is_noted_shows_in_every_area_once_it_is_made),
        CELLS(a_contribution_is_replaced_node_by_node),
        CELLS(what_is_forgotten_never_shows),
        CELLS(many_areas_and_large_transactions_are_no_different),
    };

    return RUN_UNIT("benchmark.cells", tests);
}
