/*
 * receipts.c: a row for each submission. Knows nothing of who may ask, and signs nothing.
 */
#include "server/ledger/receipts.h"

#include "common/base/fault.h"
#include "common/monitor/receipt.h"
#include "common/store/keys.h"
#include "common/wire/codec.h"
#include "server/journal/journal.h"
#include "server/ledger/feed.h"
#include "server/ledger/records.h"
#include "server/ledger/tables.h"

static struct key receipt_key(const char *round, const char *municipality)
{
    struct key key;

    key_init(&key);
    key_add_text(&key, round);
    key_add_text(&key, municipality);
    return key;
}

int receipt_find(struct txn *txn, const char *round, const char *municipality, struct arena *arena,
                 Ci__Receipt **receipt)
{
    struct key key;
    struct bytes packed;

    if (strlen(round) > ROUND_ID_MAX || strlen(municipality) > DOSSIER_MAX)
        return RECEIPTS_NONE;
    key = receipt_key(round, municipality);
    packed = txn_get(txn, TABLE_RECEIPT, key_bytes(&key));
    if (!packed.data)
        return txn->fault ? txn->fault : RECEIPTS_NONE;
    return stored_unpack(&ci__receipt__descriptor, packed, arena, (ProtobufCMessage **)receipt);
}

int receipt_put(struct view *view, const struct applied *applied, const Ci__Submission *submission)
{
    struct key key = receipt_key(applied->key.first, applied->dossier);
    Ci__Receipt receipt = CI__RECEIPT__INIT, *before = NULL;
    Ci__Place place = CI__PLACE__INIT;
    struct bytes packed;
    int found = receipt_find(view->txn, applied->key.first, applied->dossier, view->scratch, &before);

    TRY(found);
    if (found == 0 && bytes_equal(bytes_from(before->edit), bytes_from(applied->standing->id)))
        return 0;
    place.position = applied->at->position;
    place.hash = bytes_to(bytes_of(applied->at->hash, PLACE_HASH_BYTES));
    receipt.round = (char *)(uintptr_t)applied->key.first;
    receipt.municipality = (char *)(uintptr_t)applied->dossier;
    receipt.state = submission->state;
    receipt.digest = submission->digest;
    receipt.edit = applied->standing->id;
    receipt.place = &place;
    receipt.time_ms = applied->time_ms;
    packed = codec_pack(&receipt, view->scratch);
    if (!packed.data)
        return FAULT(FAULT_MEMORY, "a receipt takes more memory than an entry may");
    txn_put(view->txn, TABLE_RECEIPT, key_bytes(&key), packed);
    return view->txn->fault;
}

static int add_leaf(struct bytes packed, struct arena *arena, struct merkle_hash *leaves, size_t *count)
{
    Ci__Receipt *receipt = NULL;

    TRY(stored_unpack(&ci__receipt__descriptor, packed, arena, (ProtobufCMessage **)&receipt));
    if (receipt->state != CI__SUBMISSION__STATE__ADOPTED)
        return 0;
    if (*count == MERKLE_LEAVES_MAX)
        return FAULT(FAULT_INVALID, "more submissions were adopted than a release can hold");
    return receipt_leaf(receipt, &leaves[(*count)++]);
}

int receipts_adopted(struct txn *txn, const char *round, struct arena *arena,
                     struct merkle_hash leaves[MERKLE_LEAVES_MAX], size_t *count)
{
    struct key prefix;
    struct txn_cursor cursor;
    int result = 0;

    *count = 0;
    key_init(&prefix);
    key_add_text(&prefix, round);
    txn_cursor_open(&cursor, txn, TABLE_RECEIPT, key_bytes(&prefix), key_bytes(&prefix));
    while (result == 0 && txn_cursor_next(&cursor))
        result = add_leaf(cursor.value, arena, leaves, count);
    txn_cursor_close(&cursor);
    leaves_sort(leaves, *count);
    return result < 0 ? result : txn->fault;
}
