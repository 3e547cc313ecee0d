/*
 * batch.h: decide → apply, entry by entry, inside the writer's one transaction.
 *
 * A handler decides (reads the transaction, changes nothing), and adds the entries it decided on: each is packed,
 * chained to the one before and applied at once, so that the next request of the batch is decided on what this one
 * did. The writer then appends the whole batch to the journal with one sync, and commits. Writer thread only.
 */
#pragma once

#include "proto/journal.pb-c.h"
#include "server/ledger/apply.h"
#include "server/ledger/ledger.h"

enum { BATCH_REQUESTS_MAX = 64, BATCH_ENTRIES_MAX = 4096, BATCH_BYTES_MAX = 6 * 1024 * 1024 };

struct batch {
    struct ledger *ledger;
    struct txn *txn;
    uint64_t now_ms;          /* of the entries: one for the whole batch, never before the newest entry's */
    uint64_t clock_ms;        /* the clock's, for what others hold against theirs: certificates and codes */
    struct journal_head head; /* after the entries so far */
    struct arena *arena;      /* of the packed entries; lives until the batch has ended */
    struct bytes entries[BATCH_ENTRIES_MAX];
    size_t count, bytes;
    struct view view; /* what apply works on */
};

/* `txn` is an open write transaction. */
int batch_init(struct batch *batch, struct ledger *ledger, struct txn *txn, uint64_t now_ms);
void batch_done(struct batch *batch);
/* Room for another request of at most `bytes`? If not, the writer closes the batch first. */
bool batch_has_room(const struct batch *batch, size_t bytes);
/* Room for so much more of a request that has begun? Asked by those that may bring more than the frame they came in. */
bool batch_takes_more(const struct batch *batch, size_t entries, size_t bytes);

/* Sets entry->time_ms, packs, chains, applies. `place` may be NULL; it gets the entry's place. */
int batch_add(struct batch *batch, Ci__Entry *entry, struct journal_head *place);
/* The same of a decided edit; `before`: the record as decide has read it, NULL where there was none. */
int batch_add_edit(struct batch *batch, Ci__Entry *entry, const Ci__Record *before);
/* Writes what was held back, and the head: before the journal's append, in the same transaction. */
int batch_flush(struct batch *batch);
/* After the commit, before anything is answered: what is kept in memory follows. */
void batch_publish(struct batch *batch);
