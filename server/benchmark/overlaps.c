/*
 * overlaps.c: the drawing of areas of two kinds, its smallest cut, and what to hide. Knows no names and no scores.
 */
#include "server/benchmark/overlaps.h"

#include <string.h>

#include "common/base/check.h"

/* Points of the drawing: the areas by index, and the two that stand for what is hidden or nowhere, of either kind. */
enum { HIDDEN_FIRST = OVERLAP_AREAS_MAX, HIDDEN_SECOND, POINTS_MAX };
_Static_assert(OVERLAP_AREAS_MAX < OVERLAP_NOWHERE, "an area's index is never mistaken for nowhere");

struct drawing {
    size_t count;                           /* of points in use */
    size_t point_of[POINTS_MAX];            /* SIZE_MAX: not in use */
    uint32_t lines[POINTS_MAX][POINTS_MAX]; /* municipalities between two points; symmetric */
    bool joined[POINTS_MAX][POINTS_MAX];    /* by point: the points that were joined into it, itself among them */
    bool gone[POINTS_MAX];                  /* joined into another */
};

static size_t point(struct drawing *drawing, size_t of)
{
    size_t new = drawing->count;

    if (drawing->point_of[of] != SIZE_MAX)
        return drawing->point_of[of];
    for (size_t i = 0; i <= new; i++) {
        drawing->lines[new][i] = drawing->lines[i][new] = 0;
        drawing->joined[new][i] = drawing->joined[i][new] = i == new;
    }
    drawing->gone[new] = false;
    drawing->point_of[of] = new;
    drawing->count++;
    return new;
}

/* Where a group's line ends on the side of a kind. */
static size_t end_of(const struct overlap_map *map, const struct overlap_group *group, size_t kind, size_t hidden)
{
    uint8_t area = kind < OVERLAP_KINDS_MAX ? group->area[kind] : OVERLAP_NOWHERE;

    return area == OVERLAP_NOWHERE || map->areas[area].hidden ? hidden : area;
}

static void draw(struct drawing *drawing, const struct overlap_map *map, size_t first, size_t second)
{
    drawing->count = 0;
    memset(drawing->point_of, 0xff, sizeof drawing->point_of);
    for (size_t i = 0; i < map->group_count; i++) {
        const struct overlap_group *group = &map->groups[i];

        if (group->municipalities == 0)
            continue;
        size_t a = point(drawing, end_of(map, group, first, HIDDEN_FIRST));
        size_t b = point(drawing, end_of(map, group, second, HIDDEN_SECOND));

        drawing->lines[a][b] += group->municipalities;
        drawing->lines[b][a] = drawing->lines[a][b];
    }
}

static void join(struct drawing *drawing, size_t into, size_t from)
{
    drawing->gone[from] = true;
    for (size_t i = 0; i < drawing->count; i++) {
        drawing->joined[into][i] |= drawing->joined[from][i];
        if (i == into || i == from)
            continue;
        drawing->lines[into][i] += drawing->lines[from][i];
        drawing->lines[i][into] = drawing->lines[into][i];
    }
}

/* Points that no small cut parts are one: in practice nearly all, so that little is left for the search. */
static void join_close(struct drawing *drawing, uint32_t least)
{
    for (size_t a = 0; a < drawing->count; a++)
        for (size_t b = 0; b < drawing->count && !drawing->gone[a]; b++)
            if (b != a && !drawing->gone[b] && drawing->lines[a][b] >= least) {
                join(drawing, a, b);
                b = SIZE_MAX; /* from the first again: the lines have grown */
            }
}

/*
 * One phase: takes point after point, always the one with most lines to those that were taken; the last is cut off from
 * all others by its own lines, and nothing parts it from the last but one with fewer. Returns how many points there were.
 */
static size_t take_all(const struct drawing *drawing, size_t *before_last, size_t *last, uint32_t *cut)
{
    uint32_t to_taken[POINTS_MAX] = { 0 };
    bool taken[POINTS_MAX] = { false };
    size_t count = 0;

    for (;;) {
        size_t next = SIZE_MAX;

        for (size_t i = 0; i < drawing->count; i++)
            if (!drawing->gone[i] && !taken[i] && (next == SIZE_MAX || to_taken[i] > to_taken[next]))
                next = i;
        if (next == SIZE_MAX)
            return count;
        *before_last = *last;
        *last = next;
        *cut = to_taken[next];
        taken[next] = true;
        count++;
        for (size_t i = 0; i < drawing->count; i++)
            to_taken[i] += drawing->lines[next][i];
    }
}

/* A cut of 1…least − 1 lines: the points on its one side. What no line reaches is cut by 0: that tells nothing. */
static const bool *find_cut(struct drawing *drawing, uint32_t least)
{
    size_t before_last = 0, last = 0;
    uint32_t cut = 0;

    join_close(drawing, least);
    while (take_all(drawing, &before_last, &last, &cut) > 1) {
        if (cut > 0 && cut < least)
            return drawing->joined[last];
        join(drawing, before_last, last);
    }
    return NULL;
}

static uint32_t size_of(const struct overlap_map *map, size_t area)
{
    uint32_t size = 0;

    for (size_t i = 0; i < map->group_count; i++)
        if (map->groups[i].area[map->areas[area].kind] == area)
            size += map->groups[i].municipalities;
    return size;
}

/* The smallest of the areas that the cut parts from the hidden ones of their kind; the first of several. */
static size_t choose(const struct overlap_map *map, const struct drawing *drawing, const bool *side, size_t first)
{
    size_t chosen = SIZE_MAX;
    uint32_t smallest = UINT32_MAX;

    for (size_t area = 0; area < map->area_count; area++) {
        size_t at = drawing->point_of[area];
        size_t hidden = drawing->point_of[map->areas[area].kind == first ? HIDDEN_FIRST : HIDDEN_SECOND];

        if (at == SIZE_MAX || side[at] == (hidden != SIZE_MAX && side[hidden]))
            continue;
        uint32_t size = size_of(map, area);

        if (size < smallest) {
            smallest = size;
            chosen = area;
        }
    }
    return chosen;
}

/* Whether something had to be hidden. */
static bool mend(struct overlap_map *map, size_t first, size_t second, uint32_t least)
{
    struct drawing drawing;

    draw(&drawing, map, first, second);
    const bool *side = find_cut(&drawing, least);

    if (!side)
        return false;
    size_t area = choose(map, &drawing, side, first);

    if (area == SIZE_MAX)
        return false; /* the nation itself is too small: its figure is not shown either */
    map->areas[area].hidden = true;
    return true;
}

static bool tells_of_two(const struct overlap_map *map, size_t first, size_t second, uint32_t least, bool *told)
{
    struct drawing drawing;

    draw(&drawing, map, first, second);
    const bool *side = find_cut(&drawing, least);

    for (size_t i = 0; side && i < map->group_count; i++) {
        const struct overlap_group *group = &map->groups[i];

        told[i] = group->municipalities > 0 && side[drawing.point_of[end_of(map, group, first, HIDDEN_FIRST)]] !=
                                                   side[drawing.point_of[end_of(map, group, second, HIDDEN_SECOND)]];
    }
    return side != NULL;
}

static void hide_small(struct overlap_map *map, uint32_t least)
{
    for (size_t area = 0; area < map->area_count; area++)
        map->areas[area].hidden |= size_of(map, area) < least;
}

static size_t kinds_shown(const struct overlap_map *map, size_t kinds[OVERLAP_KINDS_MAX])
{
    bool shown[OVERLAP_KINDS_MAX] = { false };
    size_t count = 0;

    for (size_t area = 0; area < map->area_count; area++)
        shown[map->areas[area].kind] |= !map->areas[area].hidden;
    for (size_t kind = 0; kind < OVERLAP_KINDS_MAX; kind++)
        if (shown[kind])
            kinds[count++] = kind;
    return count;
}

/* Whether something of any two kinds had to be hidden; of one kind, where there is no other. */
static bool mend_all(struct overlap_map *map, uint32_t least)
{
    size_t kinds[OVERLAP_KINDS_MAX], count = kinds_shown(map, kinds);
    bool mended = false;

    if (count == 1)
        return mend(map, kinds[0], OVERLAP_KINDS_MAX, least);
    for (size_t first = 0; first < count; first++)
        for (size_t second = first + 1; second < count; second++)
            mended |= mend(map, kinds[first], kinds[second], least);
    return mended;
}

void overlaps_hide(struct overlap_map *map, uint32_t least)
{
    CHECK(map->area_count <= OVERLAP_AREAS_MAX);
    hide_small(map, least);
    while (mend_all(map, least))
        ;
}

bool overlaps_tell(const struct overlap_map *map, uint32_t least, bool *told)
{
    size_t kinds[OVERLAP_KINDS_MAX], count = kinds_shown(map, kinds);

    CHECK(map->area_count <= OVERLAP_AREAS_MAX);
    if (count < 2) /* the nation tells too, where nothing else is shown */
        return tells_of_two(map, count ? kinds[0] : 0, OVERLAP_KINDS_MAX, least, told);
    for (size_t first = 0; first < count; first++)
        for (size_t second = first + 1; second < count; second++)
            if (tells_of_two(map, kinds[first], kinds[second], least, told))
                return true;
    return false;
}
