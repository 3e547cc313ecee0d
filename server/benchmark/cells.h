/*
 * cells.h: the cells of the benchmark, (round, basis, area) × node: in memory, sums over the sheets of the view.
 *
 * They are not stored: a few hundred sheets are counted anew in milliseconds at a start, while writing the cells of all
 * areas that a batch touches cost more than its answers. One thread changes them, in two steps: it notes changes while its
 * transaction is open, and makes them when that is committed, so that nobody reads what may still be dropped. Any thread
 * reads, between cells_lock and cells_unlock; what is read there is of one moment.
 */
#pragma once

#include "common/base/cleanup.h"
#include "common/monitor/cell.h"
#include "common/monitor/node.h"
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

/*
 * Notes a change in the cells of every area of the member: `before` goes out, `after` comes in. The notes of one
 * transaction are at most its changed sheets × areas × nodes. A fault where memory is short: the transaction is dropped.
 */
int cells_replace(struct cells *cells, const char *round, Ci__Basis basis, const struct member *member,
                  size_t node_count, const struct contribution *before, const struct contribution *after);
void cells_make(struct cells *cells);   /* what was noted; cannot fail */
void cells_forget(struct cells *cells); /* what was noted */
/* While many sheets are counted: as cells_make, but what may be shown is judged only by cells_settle. Before anyone reads. */
void cells_collect(struct cells *cells);
void cells_settle(struct cells *cells);

/* Short: the writer waits for it. */
void cells_lock(struct cells *cells);
void cells_unlock(struct cells *cells);
/* By node, valid until unlocked; NULL where nobody has contributed yet. */
const struct cell *cells_of_area(const struct cells *cells, const char *round, Ci__Basis basis, const char *area);

/*
 * By node, whether the area's figure, large enough or not, would give somebody away beside those of other areas (overlaps.h);
 * NULL: nothing of the area may be shown. `released`: the round is, so that size classes have figures. Valid until unlocked.
 */
const bool *cells_hidden(const struct cells *cells, const char *round, Ci__Basis basis, const char *area,
                         bool released);

/*
 * How many (round, basis, area) have other cells in one than in the other; the first of them as text in `first`. While
 * nobody changes either.
 */
enum { CELLS_NAME_SIZE = 96 };
size_t cells_compare(const struct cells *one, const struct cells *other, char first[CELLS_NAME_SIZE]);
