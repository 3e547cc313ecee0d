/*
 * unit.benchmark.overlaps: what is shown tells about nobody alone, held against linear algebra that knows nothing of cuts:
 * a combination of figures tells about a set of municipalities only if leaving these out lowers the rank of the figures.
 */
#include "server/benchmark/overlaps.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"
#include "tests/unit/server/benchmark/tells.h"

enum { LEAST = 5, GROUPS_MAX = 12, MAPS = 300 };
enum { PROVINCES, REGIONS, CLASSES };
enum { NO = OVERLAP_NOWHERE };

static struct overlap_group groups[GROUPS_MAX];
static struct overlap_map map;

static int start(void **state)
{
    (void)state;
    memset(&map, 0, sizeof map);
    map.groups = groups;
    return 0;
}

/* Areas in the order given; a kind each. */
static void areas(size_t count, const uint8_t *kinds)
{
    map.area_count = count;
    for (size_t i = 0; i < count; i++)
        map.areas[i] = (struct overlap_area){ .kind = kinds[i] };
}

static void group(uint8_t province, uint8_t region, uint32_t municipalities)
{
    struct overlap_group *new = &groups[map.group_count++];

    memset(new->area, OVERLAP_NOWHERE, sizeof new->area);
    new->area[PROVINCES] = province;
    new->area[REGIONS] = region;
    new->municipalities = municipalities;
}

static void shows(const bool *expected)
{
    overlaps_hide(&map, LEAST);
    for (size_t i = 0; i < map.area_count; i++)
        assert_int_equal(!map.areas[i].hidden, expected[i]);
}

/* ---- cases that people know ---- */

static void the_nation_less_its_provinces_does_not_tell_about_the_small_one(void **state)
{
    (void)state;
    areas(4, (const uint8_t[]){ PROVINCES, PROVINCES, PROVINCES, PROVINCES });
    group(0, NO, 9);
    group(1, NO, 3); /* too small for a figure: so a second one goes */
    group(2, NO, 7);
    group(3, NO, 8);
    shows((const bool[]){ true, false, false, true });
}

static void a_province_of_six_and_a_region_of_five_of_them_are_not_both_shown(void **state)
{
    (void)state;
    areas(4, (const uint8_t[]){ PROVINCES, PROVINCES, REGIONS, REGIONS });
    group(0, 2, 5);
    group(0, 3, 1);
    group(1, 3, 8);
    shows((const bool[]){ false, false, true, true }); /* any one of them: what is left of the others tells too */
}

static void a_region_that_is_a_province_may_be_shown_beside_it(void **state)
{
    (void)state;
    areas(4, (const uint8_t[]){ PROVINCES, PROVINCES, REGIONS, REGIONS });
    group(0, 2, 6);
    group(1, 3, 8);
    shows((const bool[]){ true, true, true, true });
}

static void what_lies_in_no_region_counts_too(void **state)
{
    (void)state;
    areas(2, (const uint8_t[]){ PROVINCES, REGIONS });
    group(0, 1, 10);
    group(0, NO, 4); /* the province less its region */
    overlaps_hide(&map, LEAST);
    assert_true(map.areas[0].hidden || map.areas[1].hidden);
}

static void five_everywhere_hide_nothing(void **state)
{
    (void)state;
    areas(4, (const uint8_t[]){ PROVINCES, PROVINCES, REGIONS, REGIONS });
    for (uint8_t province = 0; province < 2; province++)
        for (uint8_t region = 2; region < 4; region++)
            group(province, region, 5);
    shows((const bool[]){ true, true, true, true });
}

/* ---- any map ---- */

/* A row a figure: the nation, and each shown area of the two kinds; a column a municipality. */
static struct matrix figures(size_t first, size_t second)
{
    struct matrix matrix = { .rows = 1 };

    for (size_t i = 0; i < map.group_count; i++)
        for (uint32_t n = 0; n < groups[i].municipalities; n++, matrix.columns++) {
            size_t row = 1;

            matrix.of[0][matrix.columns] = 1;
            for (size_t area = 0; area < map.area_count; area++) {
                uint8_t kind = map.areas[area].kind;

                if (!map.areas[area].hidden && (kind == first || kind == second))
                    matrix.of[row++][matrix.columns] = groups[i].area[kind] == area;
            }
            matrix.rows = row;
        }
    return matrix;
}

static bool map_tells(void)
{
    for (size_t first = PROVINCES; first < CLASSES; first++)
        for (size_t second = first + 1; second <= CLASSES; second++) {
            struct matrix matrix = figures(first, second);

            if (tells_about_fewer(&matrix, LEAST))
                return true;
        }
    return false;
}

/* A few groups of a few municipalities each in two areas of each of three kinds, or in none. */
static void draw_lots(unsigned seed)
{
    uint32_t left = 13;

    start(NULL);
    srand(seed);
    areas(6, (const uint8_t[]){ PROVINCES, PROVINCES, REGIONS, REGIONS, CLASSES, CLASSES });
    for (size_t i = 0; i < 4 && left; i++) {
        uint32_t municipalities = 1 + (uint32_t)rand() % 6;

        municipalities = municipalities < left ? municipalities : left;
        left -= municipalities;
        group((uint8_t)(rand() % 2), (uint8_t)(rand() % 8 ? 2 + rand() % 2 : NO), municipalities);
        groups[i].area[CLASSES] = (uint8_t)(4 + rand() % 2);
    }
}

static void whatever_lies_where_nothing_that_is_shown_tells_about_fewer_than_may_be(void **state)
{
    size_t told = 0, hidden = 0;

    (void)state;
    for (unsigned seed = 0; seed < MAPS; seed++) {
        draw_lots(seed);
        told += map_tells();
        overlaps_hide(&map, LEAST);
        for (size_t i = 0; i < map.area_count; i++)
            hidden += map.areas[i].hidden;
        uint32_t all = 0;

        for (size_t i = 0; i < map.group_count; i++)
            all += groups[i].municipalities;
        if (all >= LEAST && map_tells())
            fail_msg("seed %u: what is shown tells about fewer than %d", seed, LEAST);
    }
    assert_true(told > MAPS / 4);            /* or this tried nothing */
    assert_true(hidden < MAPS * 6 * 9 / 10); /* nor is everything hidden */
}

static void where_nothing_tells_nothing_is_hidden(void **state)
{
    size_t clean = 0;

    (void)state;
    for (unsigned seed = 0; seed < MAPS; seed++) {
        draw_lots(seed);
        for (size_t i = 0; i < map.group_count; i++)
            groups[i].municipalities = groups[i].municipalities > 3 ? 5 : 0;
        if (map_tells())
            continue;
        clean++;
        overlaps_hide(&map, LEAST);
        for (size_t i = 0; i < map.area_count; i++) {
            uint32_t size = 0;

            for (size_t at = 0; at < map.group_count; at++)
                if (groups[at].area[map.areas[i].kind] == i)
                    size += groups[at].municipalities;
            assert_int_equal(map.areas[i].hidden, size < LEAST);
        }
    }
    assert_true(clean > MAPS / 4);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_nation_less_its_provinces_does_not_tell_about_the_small_one, start),
        cmocka_unit_test_setup(a_province_of_six_and_a_region_of_five_of_them_are_not_both_shown, start),
        cmocka_unit_test_setup(a_region_that_is_a_province_may_be_shown_beside_it, start),
        cmocka_unit_test_setup(what_lies_in_no_region_counts_too, start),
        cmocka_unit_test_setup(five_everywhere_hide_nothing, start),
        cmocka_unit_test_setup(whatever_lies_where_nothing_that_is_shown_tells_about_fewer_than_may_be, start),
        cmocka_unit_test_setup(where_nothing_tells_nothing_is_hidden, start),
    };

    return RUN_UNIT("server.benchmark.overlaps", tests);
}
