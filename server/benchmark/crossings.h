/*
 * crossings.h: the cells of one round and basis as others see them, by area; how many municipalities are in them in each
 * crossing of areas (province × region × size class); and which areas' figures are hidden therefore (overlaps.h). Changed
 * under the lock of cells.h.
 */
#pragma once

#include "common/monitor/cell.h"
#include "common/monitor/node.h"
#include "server/benchmark/contribution.h"
#include "server/benchmark/members.h"
#include "server/benchmark/overlaps.h"

enum { CROSSINGS_MAX = 1024 }; /* there are some 350 municipalities */

struct crossings;

struct crossings *crossings_new(size_t node_count);            /* NULL: out of memory */
struct crossings *crossings_free(struct crossings *crossings); /* accepts NULL, returns NULL */

/* The crossing of these areas, made where there is none. A fault where there is no room. */
int crossings_place(struct crossings *crossings, const struct member *member, size_t *place);
/* One municipality of the crossing had so many points and has so many; either may be CONTRIBUTES_NOTHING. */
void crossings_replace(struct crossings *crossings, size_t place, size_t node, uint8_t before, uint8_t after);
/* After changes: hides anew. */
void crossings_settle(struct crossings *crossings);

/* Whether anything of the node is shown, as it was settled last: the nation has enough. */
bool crossings_are_shown(const struct crossings *crossings, size_t node);
/* The areas, hidden as they were settled last, before the release and after it; and the crossings, without municipalities. */
void crossings_map(const struct crossings *crossings, size_t node, struct overlap_map *map,
                   struct overlap_group groups[CROSSINGS_MAX]);

/* By node; NULL where nobody of the area was ever in. Valid while nothing changes. */
const struct cell *crossings_cells(const struct crossings *crossings, const char *area);
/*
 * By node, whether the area's figure would give somebody away beside all others; NULL: nothing of the area may be shown.
 * `released`: beside those of size classes too. Valid while nothing changes.
 */
const bool *crossings_hidden(const struct crossings *crossings, const char *area, bool released);
