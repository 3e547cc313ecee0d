/*
 * unit.benchmark.publication: live figures move in groups: what moved between two looks tells about three municipalities
 * at least, whoever comes, changes or leaves in whatever order.
 */
#include "server/benchmark/publication.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"
#include "tests/unit/server/benchmark/tells.h"

enum { TOWNS = 20, NODES = 1, SEASONS = 40, STEPS = 60 };

static struct publication *publication;
static const char *const areas[] = { "PV25", "PV26", "RES-A", "RES-B", "RES-C" };
enum { AREAS = sizeof areas / sizeof areas[0] };

/* Where each town lies, what it contributes, and what of it was seen when somebody looked last. */
static struct town {
    const char *province, *region;
    uint8_t now, seen;
} towns[TOWNS];

static int start(void **state)
{
    (void)state;
    publication = publication_new(NODES, true);
    for (size_t i = 0; i < TOWNS; i++)
        towns[i] = (struct town){ areas[0], NULL, CONTRIBUTES_NOTHING, CONTRIBUTES_NOTHING };
    return publication ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    publication = publication_free(publication);
    return 0;
}

static void contributes(size_t town, uint8_t points)
{
    struct member member = { .area_count = 2, .areas = { "NL" } };
    char code[8];
    size_t place;

    snprintf(code, sizeof code, "GM%04zu", town);
    snprintf(member.areas[1], sizeof member.areas[1], "%s", towns[town].province);
    if (towns[town].region)
        snprintf(member.areas[member.area_count++], sizeof member.areas[0], "%s", towns[town].region);
    assert_int_equal(publication_place(publication, code, &member, &place), 0);
    publication_change(publication, place, 0, points);
    towns[town].now = points;
}

static struct cell look(const char *area)
{
    publication_move(publication);
    const struct cell *cells = publication_cells(publication, area);

    return cells ? cells[0] : (struct cell){ 0 };
}

static void five_begin(void)
{
    for (size_t i = 0; i < 5; i++)
        contributes(i, (uint8_t)(10 * i));
    assert_int_equal(look("NL").count, 5);
}

static void until_there_is_a_figure_whoever_comes_is_in(void **state)
{
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        contributes(i, 50);
        assert_int_equal(look("NL").count, i + 1);
    }
}

static void one_or_two_wait_for_a_third(void **state)
{
    (void)state;
    five_begin();
    contributes(0, 90);
    assert_int_equal(look("NL").sum, 100);
    contributes(5, 90); /* one who comes */
    assert_int_equal(look("NL").sum, 100);
    contributes(4, CONTRIBUTES_NOTHING); /* and one who leaves */
    assert_int_equal(look("NL").sum, 100 + 90 + 90 - 40);
    assert_int_equal(look("PV25").count, 5);
}

static void who_goes_back_waits_for_nobody(void **state)
{
    (void)state;
    five_begin();
    contributes(0, 90);
    contributes(0, 0); /* as it was seen */
    contributes(1, 90);
    contributes(2, 90);
    assert_int_equal(look("NL").sum, 100);
}

static void three_of_three_provinces_wait_where_their_provinces_are_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < 10; i++) {
        towns[i].province = areas[i % 2];
        contributes(i, 50);
    }
    assert_int_equal(look("NL").count, 10);
    contributes(0, 60); /* both of one province */
    contributes(2, 60);
    contributes(1, 60); /* and one of the other */
    assert_int_equal(look("NL").sum, 500);
    contributes(4, 60); /* three of the one: they go, and the one still waits */
    assert_int_equal(look("NL").sum, 530);
    assert_int_equal(look("PV26").sum, 250);
}

static void adopted_lists_are_shown_as_they_are(void **state)
{
    end(state);
    publication = publication_new(NODES, false);
    five_begin();
    contributes(0, 90);
    assert_int_equal(look("NL").sum, 190);
}

/* ---- any season ---- */

static bool is_shown(const char *area)
{
    const bool *before = publication_hidden(publication, area, false),
               *after = publication_hidden(publication, area, true);

    return before && (!before[0] || !after[0]);
}

/* What the figures that were shown before tell about those who have moved since. */
static bool step_tells(const bool shown[AREAS], const bool moved[TOWNS])
{
    struct matrix matrix = { .rows = 1 };

    for (size_t i = 0; i < TOWNS; i++) {
        size_t row = 1;

        if (!moved[i])
            continue;
        matrix.of[0][matrix.columns] = 1;
        for (size_t area = 0; area < AREAS; area++)
            if (shown[area])
                matrix.of[row++][matrix.columns] = strcmp(areas[area], towns[i].province) == 0 ||
                                                   (towns[i].region && strcmp(areas[area], towns[i].region) == 0);
        matrix.rows = row;
        matrix.columns++;
    }
    return tells_about_fewer(&matrix, PUBLICATION_GROUP);
}

/*
 * Whom the last look took along: sums and counts by crossing tell it, since of a crossing all go or none. Each contributes
 * numbers of its own, so that what is seen can be had from the sums of its province and region.
 */
static void find_moved(bool moved[TOWNS])
{
    for (size_t i = 0; i < TOWNS; i++) {
        struct cell cell = publication_cells(publication, "NL")[0];

        moved[i] = false;
        if (towns[i].now == towns[i].seen)
            continue;
        moved[i] = (towns[i].now == CONTRIBUTES_NOTHING || cell.bins[towns[i].now]) &&
                   (towns[i].seen == CONTRIBUTES_NOTHING || !cell.bins[towns[i].seen]);
    }
    for (size_t i = 0; i < TOWNS; i++)
        if (moved[i])
            towns[i].seen = towns[i].now;
}

static void season(unsigned seed, size_t *moves)
{
    static const char *const regions[] = { NULL, "RES-A", "RES-B", "RES-C" };

    srand(seed);
    for (size_t i = 0; i < TOWNS; i++) {
        towns[i].province = areas[rand() % 2];
        towns[i].region = regions[rand() % 4];
    }
    for (size_t step = 0; step < STEPS; step++) {
        bool shown[AREAS], moved[TOWNS], all = look("NL").count >= DISCLOSURE_MEAN_FROM;

        for (size_t i = 0; i < AREAS; i++)
            shown[i] = is_shown(areas[i]);
        for (int changes = rand() % 6; changes >= 0; changes--) {
            size_t town = (size_t)rand() % TOWNS;

            /* Its own five numbers, or nothing. */
            contributes(town, (uint8_t)(rand() % 6 ? 5 * town + (size_t)rand() % 5 : CONTRIBUTES_NOTHING));
        }
        look("NL");
        find_moved(moved);
        for (size_t i = 0; i < TOWNS; i++)
            *moves += moved[i];
        if (all && step_tells(shown, moved))
            fail_msg("seed %u, step %zu: what moved tells about fewer than %d", seed, step, PUBLICATION_GROUP);
    }
}

static void whatever_moves_tells_about_three_at_least(void **state)
{
    size_t moves = 0;

    for (unsigned seed = 0; seed < SEASONS; seed++) {
        end(state);
        start(state);
        season(seed, &moves);
    }
    assert_true(moves > SEASONS * STEPS / 2); /* or nobody ever moved */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(until_there_is_a_figure_whoever_comes_is_in, start, end),
        cmocka_unit_test_setup_teardown(one_or_two_wait_for_a_third, start, end),
        cmocka_unit_test_setup_teardown(who_goes_back_waits_for_nobody, start, end),
        cmocka_unit_test_setup_teardown(three_of_three_provinces_wait_where_their_provinces_are_seen, start, end),
        cmocka_unit_test_setup_teardown(adopted_lists_are_shown_as_they_are, start, end),
        cmocka_unit_test_setup_teardown(whatever_moves_tells_about_three_at_least, start, end),
    };

    return RUN_UNIT("server.benchmark.publication", tests);
}
