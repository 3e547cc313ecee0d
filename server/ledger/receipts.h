/*
 * receipts.h: what stands of each submission, ready to be signed: TABLE_RECEIPT, (round, municipality) → packed Receipt.
 * Reads on any thread; writes are apply's.
 */
#pragma once

#include "common/base/arena.h"
#include "common/monitor/merkle.h"
#include "common/store/txn.h"
#include "proto/model.pb-c.h"
#include "server/ledger/view.h"

enum receipts_outcome { RECEIPTS_NONE = 1 };

/* After an entry: place and time are those of the entry by which the edit came to stand, and stay so. */
int receipt_put(struct view *view, const struct applied *applied, const Ci__Submission *submission);
/* In the arena. RECEIPTS_NONE: nothing was handed in. */
int receipt_find(struct txn *txn, const char *round, const char *municipality, struct arena *arena,
                 Ci__Receipt **receipt);
/* The leaves of all that was adopted in the round, sorted. */
int receipts_adopted(struct txn *txn, const char *round, struct arena *arena,
                     struct merkle_hash leaves[MERKLE_LEAVES_MAX], size_t *count);
