/*
 * cells.h: the cells of the benchmark, (round, basis, area) × node, kept up to date as contributions change.
 *
 * A municipality contributes whole points to some nodes, or nothing. Within a batch the cells that are touched are kept
 * in memory and written once. Reads on any thread, through their transaction; a cache belongs to the writer.
 */
#pragma once

#include "common/monitor/cell.h"
#include "common/monitor/node.h"
#include "common/store/txn.h"
#include "proto/messages.pb-c.h"
#include "server/benchmark/members.h"

enum { CONTRIBUTES_NOTHING = 0xff };

/* What one municipality puts into the cells of one basis: whole points by node. */
struct contribution {
    uint8_t points[NODES_MAX];
};
void contribution_clear(struct contribution *contribution);

struct cells;

int cells_new(struct cells **out);
struct cells *cells_free(struct cells *cells);
DEFINE_CLEANUP(struct cells, cells_free)

/* In the cells of every area of the member: `before` goes out, `after` comes in. */
int cells_replace(struct cells *cells, struct txn *txn, const char *round, Ci__Basis basis, const struct member *member,
                  size_t node_count, const struct contribution *before, const struct contribution *after);
/* Writes what was touched, and forgets it. */
int cells_flush(struct cells *cells, struct txn *txn);

/* All cells of an area as they are stored, borrowed from the transaction; {NULL, 0}: none yet. */
struct bytes cells_read(struct txn *txn, const char *round, Ci__Basis basis, const char *area);
/* One of them; empty where there is none. */
struct cell cells_at(struct bytes cells, size_t node);
