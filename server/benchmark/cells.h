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
#include "server/benchmark/contribution.h"
#include "server/benchmark/members.h"
#include "server/benchmark/publication.h"

struct cells;

int cells_new(struct cells **out);
struct cells *cells_free(struct cells *cells);
DEFINE_CLEANUP(struct cells, cells_free)

/* What a municipality contributes to a round, in its areas. */
struct cells_change {
    const char *round, *municipality;
    Ci__Basis basis;
    const struct member *member;
    size_t node_count;
    const struct contribution *before, *after;
};
/*
 * Notes that `before` goes out of the cells of every area of the member and `after` comes in. The notes of one
 * transaction are at most its changed sheets × areas × nodes. A fault where memory is short: the transaction is dropped.
 */
int cells_replace(struct cells *cells, const struct cells_change *change);
void cells_make(struct cells *cells);   /* what was noted; cannot fail */
void cells_forget(struct cells *cells); /* what was noted */

/* Short: the writer waits for it. Before it, whoever may be taken along is (publication.h), at most once in 20 ms. */
void cells_lock(struct cells *cells);
void cells_unlock(struct cells *cells);
/* As they are, for those who check them; by node, valid until unlocked; NULL where nobody has contributed yet. */
const struct cell *cells_of_area(const struct cells *cells, const char *round, Ci__Basis basis, const char *area);

/* What others see; NULL where nobody has contributed yet. Valid until unlocked. */
const struct publication *cells_publication(const struct cells *cells, const char *round, Ci__Basis basis);
/* Something changed that a reader would have taken along, had it not been so soon: look again. Without the lock. */
bool cells_waiting(const struct cells *cells);

/*
 * How many (round, basis, area) have other cells in one than in the other; the first of them as text in `first`. While
 * nobody changes either.
 */
enum { CELLS_NAME_SIZE = 96 };
size_t cells_compare(const struct cells *one, const struct cells *other, char first[CELLS_NAME_SIZE]);
