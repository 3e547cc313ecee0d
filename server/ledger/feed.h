/*
 * feed.h: per dossier an index of the newest record of each key, by its place: catching up costs keys, not history.
 * And who may see what of it.
 */
#pragma once

#include "common/base/arena.h"
#include "proto/messages.pb-c.h"
#include "server/journal/journal.h"
#include "server/ledger/people.h"
#include "server/vault/vault.h"

#ifndef FEED_ITEMS_MAX /* the simulator makes it less, so that there are pages */
#define FEED_ITEMS_MAX 1000
#endif

enum {
    PLACE_HASH_BYTES = 16,
    FEED_LOOKED_MAX = 2000, /* in scope or not */
    FEED_BYTES_MAX = 256 * 1024,
    SCOPE_BYTES = 8,
    FEED_REMAINING_MAX = 10000
};

/* Apply's. `before`: 0 where the key is new. */
void feed_move(struct txn *txn, const char *dossier, uint64_t before, uint64_t after, const char *key);
void place_put(struct txn *txn, const struct journal_head *at);
/* The journal has this hash at this position. Position 0 has a hash of zeros. */
bool place_is_known(struct txn *txn, uint64_t position, const uint8_t hash[PLACE_HASH_BYTES]);
bool place_find(struct txn *txn, uint64_t position, uint8_t hash[PLACE_HASH_BYTES]);

/* The newest position of the dossier's records; 0: it has none. */
uint64_t feed_newest(struct txn *txn, const char *dossier);

/* Everything that decides what a principal sees: another scope, another digest. */
void scope_digest(const struct principal *principal, uint8_t digest[SCOPE_BYTES]);

struct feed_page {
    uint64_t reached; /* the newest position looked at */
    bool complete;
    uint64_t remaining;   /* about how many more, at most FEED_REMAINING_MAX */
    Ci__FeedItem **items; /* records packed, not yet sealed; in the arena */
    size_t count, bytes;
};
/* What is newer than `since` and in scope, of the next FEED_LOOKED_MAX records: so it may be nothing, and more to come. */
int feed_read(struct txn *txn, struct vault *vault, const struct principal *principal, const char *dossier,
              uint64_t since, struct arena *arena, struct feed_page *page);
/* Is anything newer than `since` in scope? Said of FEED_LOOKED_MAX records that are not, too: a pull finds out. */
int feed_moved(struct txn *txn, const struct principal *principal, const char *dossier, uint64_t since, bool *moved);
/* Is this record of NL in the principal's scope? Judged by what it says, not by what stands here. */
bool feed_sees(struct txn *txn, const struct principal *principal, const char *key, const Ci__Record *record,
               struct arena *arena);
/* The seal of a record that leaves the server. */
void record_seal(const struct vault *vault, Ci__SealedRecord *record, struct arena *arena);
/* It carries that seal: this server, with this vault, gave it out. */
bool record_is_sealed(const struct vault *vault, const Ci__SealedRecord *record);
