/*
 * publication.h: the figures of one round and basis as others see them: cells over what municipalities contributed when they
 * were last taken along. Somebody who looks twice sees what has moved in between, so live figures move in groups: of a node,
 * those whose contribution is another one are taken along all at once, and only if nothing that can be computed from what
 * was shown before and after tells about fewer than three of them (overlaps.h); who cannot go along yet waits for others.
 *
 * Not stored: after a start everybody is taken along as they are then. A municipality that was moved to other areas is there
 * twice until it was taken along: out of the old ones and into the new. Changed under the lock of cells.h.
 */
#pragma once

#include "server/benchmark/crossings.h"

enum { PUBLICATION_GROUP = 3 }; /* municipalities that move together, at least */

struct publication;

/* `grouped`: else everything is taken along. NULL: out of memory. */
struct publication *publication_new(size_t node_count, bool grouped);
struct publication *publication_free(struct publication *publication);

/* Where the municipality of these areas stands, made where it does not yet. A fault where memory is short. */
int publication_place(struct publication *publication, const char *municipality, const struct member *member,
                      size_t *place);
/* What it contributes to the node now, or CONTRIBUTES_NOTHING. Nobody sees it yet. */
void publication_change(struct publication *publication, size_t place, size_t node, uint8_t points);
/* Takes along whom it may. */
void publication_move(struct publication *publication);

/* As others see them, by node; NULL where nobody contributes. Valid while nothing changes. */
const struct cell *publication_cells(const struct publication *publication, const char *area);
const bool *publication_hidden(const struct publication *publication, const char *area, bool released);
