/*
 * publication.c: who contributes what, what of it is shown, and who may be taken along. Knows nothing of answers.
 */
#include "server/benchmark/publication.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "server/benchmark/overlaps.h"

enum { CONTRIBUTORS_AT_FIRST = 16, CODES = 10000, NOBODY = UINT16_MAX };

/* A municipality in its areas. */
struct contributor {
    uint16_t next; /* of the same municipality, in other areas */
    size_t crossing;
    uint8_t now[NODES_MAX], shown[NODES_MAX];
};

struct publication {
    size_t node_count;
    bool grouped;
    struct crossings *crossings; /* of what is shown */
    struct contributor *contributors;
    size_t count, room;
    uint16_t first[CODES]; /* a contributor by the digits of a municipality's code */
    bool changed[NODES_MAX], changed_any;
};

struct publication *publication_new(size_t node_count, bool grouped)
{
    struct publication *publication = calloc(1, sizeof *publication);

    if (!publication)
        return NULL;
    publication->node_count = node_count;
    publication->grouped = grouped;
    memset(publication->first, 0xff, sizeof publication->first);
    publication->crossings = crossings_new(node_count);
    return publication->crossings ? publication : publication_free(publication);
}

struct publication *publication_free(struct publication *publication)
{
    if (publication) {
        crossings_free(publication->crossings);
        free(publication->contributors);
    }
    free(publication);
    return NULL;
}

/* ---- who contributes ---- */

static int reserve(struct publication *publication)
{
    size_t room = publication->room ? 2 * publication->room : CONTRIBUTORS_AT_FIRST;
    struct contributor *contributors;

    if (publication->count < publication->room)
        return 0;
    contributors = room < NOBODY ? realloc(publication->contributors, room * sizeof *contributors) : NULL;
    if (!contributors)
        return FAULT(FAULT_MEMORY, "out of memory for the figures of a round");
    publication->contributors = contributors;
    publication->room = room;
    return 0;
}

int publication_place(struct publication *publication, const char *municipality, const struct member *member,
                      size_t *place)
{
    size_t crossing;

    CHECK(area_is_municipality(municipality));
    uint16_t *link = &publication->first[strtoul(municipality + strlen("GM"), NULL, 10) % CODES];

    TRY(crossings_place(publication->crossings, member, &crossing));
    for (uint16_t at = *link; at != NOBODY; at = publication->contributors[at].next)
        if (publication->contributors[at].crossing == crossing) {
            *place = at;
            return 0;
        }
    TRY(reserve(publication));
    struct contributor *new = &publication->contributors[publication->count];

    new->next = *link;
    new->crossing = crossing;
    memset(new->now, CONTRIBUTES_NOTHING, sizeof new->now);
    memset(new->shown, CONTRIBUTES_NOTHING, sizeof new->shown);
    *link = (uint16_t)publication->count;
    *place = publication->count++;
    return 0;
}

void publication_change(struct publication *publication, size_t place, size_t node, uint8_t points)
{
    CHECK(place < publication->count && node < publication->node_count);
    publication->contributors[place].now[node] = points;
    publication->changed[node] = publication->changed_any = true;
}

/* ---- who may be taken along ---- */

/* By crossing, how many of whom the node would move; returns how many in all. */
static uint32_t count_movers(const struct publication *publication, size_t node, struct overlap_group *groups)
{
    uint32_t all = 0;

    for (size_t i = 0; i < publication->count; i++) {
        const struct contributor *contributor = &publication->contributors[i];

        if (contributor->now[node] != contributor->shown[node]) {
            groups[contributor->crossing].municipalities++;
            all++;
        }
    }
    return all;
}

/* Leaves in the map only those of whom nothing tells. */
static void hold_back(struct overlap_map *map, struct overlap_group *groups)
{
    bool told[CROSSINGS_MAX];

    while (overlaps_tell(map, PUBLICATION_GROUP, told))
        for (size_t i = 0; i < map->group_count; i++)
            if (told[i])
                groups[i].municipalities = 0;
}

static void take_along(struct publication *publication, size_t node, const struct overlap_group *groups)
{
    for (size_t i = 0; i < publication->count; i++) {
        struct contributor *contributor = &publication->contributors[i];
        uint8_t before = contributor->shown[node], after = contributor->now[node];

        if (before == after || groups[contributor->crossing].municipalities == 0)
            continue;
        crossings_replace(publication->crossings, contributor->crossing, node, before, after);
        contributor->shown[node] = after;
    }
}

static void move_node(struct publication *publication, size_t node)
{
    struct overlap_group groups[CROSSINGS_MAX];
    struct overlap_map map;

    crossings_map(publication->crossings, node, &map, groups);
    if (count_movers(publication, node, groups) == 0)
        return;
    if (publication->grouped && crossings_are_shown(publication->crossings, node))
        hold_back(&map, groups);
    take_along(publication, node, groups);
}

void publication_move(struct publication *publication)
{
    if (!publication->changed_any)
        return;
    for (size_t node = 0; node < publication->node_count; node++)
        if (publication->changed[node])
            move_node(publication, node);
    memset(publication->changed, false, sizeof publication->changed);
    publication->changed_any = false;
    crossings_settle(publication->crossings);
}

const struct cell *publication_cells(const struct publication *publication, const char *area)
{
    return crossings_cells(publication->crossings, area);
}

const bool *publication_hidden(const struct publication *publication, const char *area, bool released)
{
    return crossings_hidden(publication->crossings, area, released);
}
