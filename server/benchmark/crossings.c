/*
 * crossings.c: areas and their crossings in two tables that only grow, cells and counts by node, and what is hidden. An
 * area that has no place in the tables (more areas or kinds than there is room for, or a second one of its kind that a
 * municipality lies in) has no figures: what cannot be judged is not shown.
 */
#include "server/benchmark/crossings.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/monitor/cell.h"
#include "server/benchmark/overlaps.h"

/* Before a round is released size classes have no figures, and so are not there to be subtracted. */
enum view { BEFORE_RELEASE, AFTER_RELEASE, VIEWS };

enum { GROUPS_AT_FIRST = 64, JUDGED_KEPT = 8 };

struct area {
    char code[AREA_CODE_MAX + 1];
    struct cell *cells;
    uint8_t kind;
    bool barred; /* overlaps another of its kind */
    bool hidden[VIEWS][NODES_MAX];
};

struct crossings {
    size_t node_count, area_count, kind_count, group_count, group_room;
    struct area areas[OVERLAP_AREAS_MAX];
    char kinds[OVERLAP_KINDS_MAX][AREA_CODE_MAX + 1]; /* the letters that codes begin with */
    struct group {
        uint8_t area[OVERLAP_KINDS_MAX];
        uint16_t municipalities[NODES_MAX];
    } * groups;
    struct cell *nation;
    bool changed[NODES_MAX], changed_any;
};

struct crossings *crossings_new(size_t node_count)
{
    struct crossings *crossings = calloc(1, sizeof *crossings);

    if (!crossings)
        return NULL;
    crossings->node_count = node_count;
    crossings->nation = calloc(node_count, sizeof *crossings->nation);
    return crossings->nation ? crossings : crossings_free(crossings);
}

struct crossings *crossings_free(struct crossings *crossings)
{
    if (!crossings)
        return NULL;
    for (size_t i = 0; i < crossings->area_count; i++)
        free(crossings->areas[i].cells);
    free(crossings->nation);
    free(crossings->groups);
    free(crossings);
    return NULL;
}

/* ---- areas ---- */

/* "PV25" is of kind "PV", "RES-FOODVALLEY" of "RES". */
static size_t kind_length(const char *code)
{
    return strcspn(code, "0123456789-");
}

static uint8_t kind_of(struct crossings *crossings, const char *code)
{
    size_t length = kind_length(code);

    for (size_t i = 0; i < crossings->kind_count; i++)
        if (strncmp(crossings->kinds[i], code, length) == 0 && !crossings->kinds[i][length])
            return (uint8_t)i;
    if (crossings->kind_count == OVERLAP_KINDS_MAX)
        return OVERLAP_NOWHERE;
    memcpy(crossings->kinds[crossings->kind_count], code, length);
    return (uint8_t)crossings->kind_count++;
}

static uint8_t area_find(const struct crossings *crossings, const char *code)
{
    for (size_t i = 0; i < crossings->area_count; i++)
        if (strcmp(crossings->areas[i].code, code) == 0)
            return (uint8_t)i;
    return OVERLAP_NOWHERE;
}

static int no_room(void)
{
    return FAULT(FAULT_MEMORY, "out of memory for the figures of areas");
}

/* The area's index, OVERLAP_NOWHERE where it has no place. */
static int area_place(struct crossings *crossings, const char *code, uint8_t *at)
{
    struct area *area = &crossings->areas[crossings->area_count];

    *at = area_find(crossings, code);
    if (*at != OVERLAP_NOWHERE || crossings->area_count == OVERLAP_AREAS_MAX)
        return 0;
    uint8_t kind = kind_of(crossings, code);

    if (kind == OVERLAP_NOWHERE)
        return 0;
    *area = (struct area){ .kind = kind, .cells = calloc(crossings->node_count, sizeof *area->cells) };
    if (!area->cells)
        return no_room();
    memcpy(area->code, code, strlen(code) + 1);
    memset(area->hidden, true, sizeof area->hidden);
    *at = (uint8_t)crossings->area_count++;
    return 0;
}

/* ---- groups ---- */

static void bar(struct crossings *crossings, uint8_t area)
{
    if (crossings->areas[area].barred)
        return;
    crossings->areas[area].barred = crossings->changed_any = true;
    memset(crossings->changed, true, sizeof crossings->changed);
}

static int group_of(struct crossings *crossings, const struct member *member, struct group *group)
{
    memset(group->area, OVERLAP_NOWHERE, sizeof group->area);
    for (size_t i = 0; i < member->area_count; i++) {
        if (strcmp(member->areas[i], "NL") == 0)
            continue;
        uint8_t area;

        TRY(area_place(crossings, member->areas[i], &area));
        if (area == OVERLAP_NOWHERE)
            continue;
        uint8_t *of_kind = &group->area[crossings->areas[area].kind];

        if (*of_kind == OVERLAP_NOWHERE)
            *of_kind = area;
        else if (*of_kind != area)
            bar(crossings, area);
    }
    return 0;
}

static int reserve_group(struct crossings *crossings)
{
    size_t room = crossings->group_room ? 2 * crossings->group_room : GROUPS_AT_FIRST;
    struct group *groups;

    if (crossings->group_count < crossings->group_room)
        return 0;
    groups = room <= CROSSINGS_MAX ? realloc(crossings->groups, room * sizeof *groups) : NULL;
    if (!groups)
        return no_room();
    crossings->groups = groups;
    crossings->group_room = room;
    return 0;
}

int crossings_place(struct crossings *crossings, const struct member *member, size_t *place)
{
    struct group group = { 0 };

    TRY(group_of(crossings, member, &group));
    for (*place = 0; *place < crossings->group_count; ++*place)
        if (memcmp(crossings->groups[*place].area, group.area, sizeof group.area) == 0)
            return 0;
    TRY(reserve_group(crossings));
    crossings->groups[crossings->group_count++] = group;
    return 0;
}

void crossings_replace(struct crossings *crossings, size_t place, size_t node, uint8_t before, uint8_t after)
{
    bool was = before != CONTRIBUTES_NOTHING, is = after != CONTRIBUTES_NOTHING;
    struct group *group = &crossings->groups[place];

    CHECK(place < crossings->group_count && node < crossings->node_count && (!was || group->municipalities[node] > 0));
    contribution_replace(&crossings->nation[node], before, after);
    for (size_t kind = 0; kind < OVERLAP_KINDS_MAX; kind++)
        if (group->area[kind] != OVERLAP_NOWHERE)
            contribution_replace(&crossings->areas[group->area[kind]].cells[node], before, after);
    if (was == is)
        return;
    group->municipalities[node] = (uint16_t)(is ? group->municipalities[node] + 1 : group->municipalities[node] - 1);
    crossings->changed[node] = crossings->changed_any = true;
}

/* ---- what is hidden ---- */

/* The areas as far as they could be shown: nothing of a size class before the release. */
static void judge(struct crossings *crossings, size_t node, enum view view, const struct overlap_group *groups)
{
    struct overlap_map map = { .area_count = crossings->area_count,
                               .group_count = crossings->group_count,
                               .groups = groups };

    for (size_t i = 0; i < crossings->area_count; i++) {
        const struct area *area = &crossings->areas[i];
        bool out = area->barred || (view == BEFORE_RELEASE && area_is_size_class(area->code));

        map.areas[i] = (struct overlap_area){ area->kind, out };
    }
    overlaps_hide(&map, DISCLOSURE_MEAN_FROM);
    for (size_t i = 0; i < crossings->area_count; i++)
        crossings->areas[i].hidden[view][node] = map.areas[i].hidden;
}

/* Whether two nodes have as many municipalities everywhere. Most have: whoever contributes does to nearly all. */
static bool is_alike(const struct crossings *crossings, size_t node, size_t other)
{
    for (size_t i = 0; i < crossings->group_count; i++)
        if (crossings->groups[i].municipalities[node] != crossings->groups[i].municipalities[other])
            return false;
    return true;
}

static void settle_node(struct crossings *crossings, size_t node)
{
    struct overlap_group groups[CROSSINGS_MAX];
    struct overlap_map map;

    crossings_map(crossings, node, &map, groups);
    for (size_t i = 0; i < crossings->group_count; i++)
        groups[i].municipalities = crossings->groups[i].municipalities[node];
    judge(crossings, node, BEFORE_RELEASE, groups);
    judge(crossings, node, AFTER_RELEASE, groups);
}

static void copy_node(struct crossings *crossings, size_t node, size_t from)
{
    for (size_t i = 0; i < crossings->area_count; i++)
        for (size_t view = 0; view < VIEWS; view++)
            crossings->areas[i].hidden[view][node] = crossings->areas[i].hidden[view][from];
}

/* A node that was judged already and has the same counts; SIZE_MAX: none of the last few. */
static size_t find_alike(const struct crossings *crossings, size_t node, const size_t *judged, size_t count)
{
    size_t last = count < JUDGED_KEPT ? count : JUDGED_KEPT;

    for (size_t i = 0; i < last; i++)
        if (is_alike(crossings, node, judged[i]))
            return judged[i];
    return SIZE_MAX;
}

void crossings_settle(struct crossings *crossings)
{
    size_t judged[JUDGED_KEPT], count = 0;

    if (!crossings->changed_any)
        return;
    for (size_t node = 0; node < crossings->node_count; node++) {
        if (!crossings->changed[node])
            continue;
        size_t alike = find_alike(crossings, node, judged, count);

        if (alike != SIZE_MAX) {
            copy_node(crossings, node, alike);
            continue;
        }
        settle_node(crossings, node);
        judged[count++ % JUDGED_KEPT] = node;
    }
    memset(crossings->changed, false, sizeof crossings->changed);
    crossings->changed_any = false;
}

bool crossings_are_shown(const struct crossings *crossings, size_t node)
{
    return crossings->nation[node].count >= DISCLOSURE_MEAN_FROM;
}

void crossings_map(const struct crossings *crossings, size_t node, struct overlap_map *map,
                   struct overlap_group groups[CROSSINGS_MAX])
{
    map->area_count = crossings->area_count;
    map->group_count = crossings->group_count;
    map->groups = groups;
    for (size_t i = 0; i < crossings->area_count; i++) {
        const struct area *area = &crossings->areas[i];

        map->areas[i] = (struct overlap_area){ area->kind, area->hidden[BEFORE_RELEASE][node] &&
                                                               area->hidden[AFTER_RELEASE][node] };
    }
    for (size_t i = 0; i < crossings->group_count; i++) {
        memcpy(groups[i].area, crossings->groups[i].area, sizeof groups[i].area);
        groups[i].municipalities = 0;
    }
}

const struct cell *crossings_cells(const struct crossings *crossings, const char *area)
{
    uint8_t at;

    if (strcmp(area, "NL") == 0)
        return crossings->nation;
    at = area_find(crossings, area);
    return at == OVERLAP_NOWHERE ? NULL : crossings->areas[at].cells;
}

const bool *crossings_hidden(const struct crossings *crossings, const char *area, bool released)
{
    static const bool none[NODES_MAX];
    uint8_t at;

    if (strcmp(area, "NL") == 0)
        return none;
    at = area_find(crossings, area);
    return at == OVERLAP_NOWHERE ? NULL : crossings->areas[at].hidden[released ? AFTER_RELEASE : BEFORE_RELEASE];
}
