/* unit.cell: the accumulator of a benchmark figure, and what of it may be shown. */
#include "common/monitor/cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

static struct cell cell_of(const int *points, size_t count)
{
    struct cell cell = { 0 };

    for (size_t i = 0; i < count; i++)
        cell_add(&cell, points[i]);
    return cell;
}

static void comes_back_to_the_same_bytes(void **state)
{
    struct cell cell = cell_of((int[]){ 40, 60, 60 }, 3), before;

    (void)state;
    memcpy(&before, &cell, sizeof cell);
    cell_add(&cell, 100);
    cell_add(&cell, 0);
    assert_memory_not_equal(&cell, &before, sizeof cell);
    cell_remove(&cell, 100);
    cell_remove(&cell, 0);
    assert_memory_equal(&cell, &before, sizeof cell);
}

static void shows_nothing_of_four_and_a_mean_of_five(void **state)
{
    struct cell cell = cell_of((int[]){ 10, 20, 30, 41 }, 4);
    struct cell_figures figures;

    (void)state;
    assert_int_equal(cell_disclose(&cell, 5, 10, &figures), CELL_WITHHELD);
    assert_int_equal(figures.mean, 0);
    cell_add(&cell, 50); /* 151 / 5 = 30.2 */
    assert_int_equal(cell_disclose(&cell, 5, 10, &figures), CELL_MEAN);
    assert_int_equal(figures.count, 5);
    assert_int_equal(figures.mean, 30);
    assert_int_equal(figures.median, 0);
    assert_int_equal(figures.deviation, 0);
}

static void withholds_where_all_have_the_same_score(void **state)
{
    struct cell cell = { 0 };
    struct cell_figures figures;

    (void)state;
    for (int i = 0; i < 12; i++)
        cell_add(&cell, 75);
    assert_int_equal(cell_disclose(&cell, 5, 10, &figures), CELL_WITHHELD);
    cell_add(&cell, 76);
    assert_int_equal(cell_disclose(&cell, 5, 10, &figures), CELL_SPREAD);
}

static void shows_nothing_of_nobody(void **state)
{
    struct cell cell = { 0 };
    struct cell_figures figures;

    (void)state;
    assert_int_equal(cell_disclose(&cell, 0, 0, &figures), CELL_WITHHELD);
}

/* 2 4 4 4 5 5 7 9, twice: mean 5, deviation 2, the textbook's example; quartiles at 3.75, 7.5, 11.25. */
static void computes_the_textbook_example(void **state)
{
    struct cell cell = cell_of((int[]){ 2, 4, 4, 4, 5, 5, 7, 9, 2, 4, 4, 4, 5, 5, 7, 9 }, 16);
    struct cell_figures figures;

    (void)state;
    assert_int_equal(cell_disclose(&cell, 5, 10, &figures), CELL_SPREAD);
    assert_int_equal(figures.mean, 5);
    assert_int_equal(figures.deviation, 2);
    assert_int_equal(figures.quartile_1, 4);
    assert_int_equal(figures.median, 5);     /* between 4 and 5: 4.5, half up */
    assert_int_equal(figures.quartile_3, 6); /* 5 + 0.25 × 2 = 5.5, half up */
}

static int by_value(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static uint32_t quantile_of(const int *sorted, int count, double part)
{
    double position = (count - 1) * part, low = floor(position);
    int at = (int)low;

    return (uint32_t)floor(sorted[at] + (position - low) * (at + 1 < count ? sorted[at + 1] - sorted[at] : 0) + 0.5);
}

static void agrees_with_floating_point(void **state)
{
    (void)state;
    srand(7);
    for (int round = 0; round < 2000; round++) {
        int count = 10 + rand() % 60, points[70], sum = 0;
        double squares = 0;
        struct cell_figures figures;

        for (int i = 0; i < count; i++)
            sum += points[i] = rand() % 101;
        for (int i = 0; i < count; i++)
            squares += (points[i] - (double)sum / count) * (points[i] - (double)sum / count);
        struct cell cell = cell_of(points, (size_t)count);

        qsort(points, (size_t)count, sizeof *points, by_value);
        assert_int_equal(cell_disclose(&cell, 5, 10, &figures), CELL_SPREAD);
        assert_int_equal(figures.mean, (int)floor((double)sum / count + 0.5));
        assert_int_equal(figures.deviation, (int)floor(sqrt(squares / count) + 0.5));
        assert_int_equal(figures.quartile_1, quantile_of(points, count, 0.25));
        assert_int_equal(figures.median, quantile_of(points, count, 0.5));
        assert_int_equal(figures.quartile_3, quantile_of(points, count, 0.75));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_to_the_same_bytes),
        cmocka_unit_test(shows_nothing_of_four_and_a_mean_of_five),
        cmocka_unit_test(withholds_where_all_have_the_same_score),
        cmocka_unit_test(shows_nothing_of_nobody),
        cmocka_unit_test(computes_the_textbook_example),
        cmocka_unit_test(agrees_with_floating_point),
    };

    return RUN_UNIT("cell", tests);
}
