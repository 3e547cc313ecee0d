/*
 * txn.h: a transaction with a sticky fault.
 *
 * A failed call makes the later ones do nothing; the fault is asked for once (txn->fault, or by the commit).
 * So domain code reads as the rule itself. What a get or a cursor returns is borrowed: it is valid until the
 * next write in this transaction or its end, and it is unaligned.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/base/bytes.h"
#include "common/base/cleanup.h"
#include "common/store/store.h"

struct txn {
    int fault; /* 0, or the first fault (negative) */
    struct store *store;
    void *handle; /* MDB_txn */
    bool writing;
};

/* Embedded in the caller's frame. On a fault the transaction is unusable and the fault is in txn->fault too. */
int txn_begin_read(struct txn *txn, struct store *store);
int txn_begin_write(struct txn *txn, struct store *store);
/* Commits, or aborts where a fault is stuck; returns that fault. A read transaction: txn_end. */
int txn_commit(struct txn *txn);
void txn_end(struct txn *txn); /* aborts; harmless where it has ended already */

/* {NULL, 0} where there is none (also with a stuck fault); a value that is there but empty has data != NULL. */
struct bytes txn_get(struct txn *txn, unsigned table, struct bytes key);
void txn_put(struct txn *txn, unsigned table, struct bytes key, struct bytes value);
/* As txn_put where `key` is known to be greater than every other: cheaper. */
void txn_append(struct txn *txn, unsigned table, struct bytes key, struct bytes value);
/* Room of `size` bytes under the key for the caller to fill before the next call; NULL on a fault. */
void *txn_reserve(struct txn *txn, unsigned table, struct bytes key, size_t size);
void txn_delete(struct txn *txn, unsigned table, struct bytes key); /* nothing there: nothing done */
uint64_t txn_count(struct txn *txn, unsigned table);

/* Walks the keys that begin with `prefix`, from the first that is >= `from` (an empty `from`: from the prefix). */
struct txn_cursor {
    struct txn *txn;
    void *handle;
    struct bytes prefix, from; /* borrowed from the caller for the walk */
    struct bytes key, value;   /* of where it stands */
};
void txn_cursor_open(struct txn_cursor *cursor, struct txn *txn, unsigned table, struct bytes prefix,
                     struct bytes from);
bool txn_cursor_next(struct txn_cursor *cursor); /* false at the end or on a fault */
void txn_cursor_close(struct txn_cursor *cursor);
/* The last key with this prefix; false where there is none. */
bool txn_last(struct txn *txn, unsigned table, struct bytes prefix, struct bytes *key, struct bytes *value);
