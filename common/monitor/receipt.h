/*
 * receipt.h: what a receipt and a release say, beyond their signatures: purposes, and the leaf that a receipt is in a
 * release. One telling for both programs (PROTOCOL.md "Receipts and releases"). Pure; any thread.
 */
#pragma once

#include "common/monitor/merkle.h"
#include "proto/model.pb-c.h"

/* What is signed for, common/tls/signature.h. */
#define RECEIPT_PURPOSE "cimonitor receipt 1"
#define RELEASE_PURPOSE "cimonitor release 1"

/* The leaf of an adopted submission's receipt. FAULT_INVALID where it is larger than a receipt can be. */
int receipt_leaf(const Ci__Receipt *receipt, struct merkle_hash *leaf);
/* In their rising order, by which nobody can tell whose is whose. */
void leaves_sort(struct merkle_hash *leaves, size_t count);
/* Where the leaf is among the sorted; false: nowhere. */
bool leaves_find(const struct merkle_hash *leaves, size_t count, const struct merkle_hash *leaf, size_t *index);
/*
 * The leaves of a release. False where they are not 32 bytes each and rising, too many, or not those that its head (unpacked
 * by the caller) counts and has the root of.
 */
bool release_leaves(const Ci__Release *release, const Ci__ReleaseHead *head,
                    struct merkle_hash leaves[MERKLE_LEAVES_MAX]);
