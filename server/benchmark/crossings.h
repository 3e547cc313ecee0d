/*
 * crossings.h: of one round and basis, how many municipalities contribute to a node in each crossing of areas (province ×
 * region × size class), and which areas' figures are hidden for it (overlaps.h). Changed by the thread of cells.h, under its
 * lock.
 */
#pragma once

#include "common/monitor/node.h"
#include "server/benchmark/members.h"

struct crossings;

struct crossings *crossings_new(size_t node_count); /* NULL: out of memory */
struct crossings *crossings_free(struct crossings *crossings);

/* The crossing of these areas, made where there is none. A fault where memory is short. */
int crossings_place(struct crossings *crossings, const struct member *member, size_t *place);
/* One municipality more, or fewer. */
void crossings_change(struct crossings *crossings, size_t place, size_t node, bool more);
/* After changes: hides anew. */
void crossings_settle(struct crossings *crossings);

/*
 * By node, whether the area's figure would give somebody away beside all others; NULL: nothing of the area may be shown.
 * `released`: beside those of size classes too. Valid while nothing changes.
 */
const bool *crossings_hidden(const struct crossings *crossings, const char *area, bool released);
