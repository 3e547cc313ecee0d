/*
 * receipts.c: what the server signed about this municipality's submissions, as it came: it is checked when it is shown
 * (client/commands/receipt.c), since its worth is that anybody can.
 */
#include "client/replica/tables.h"
#include "common/base/fault.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"

static struct key receipt_key(const char *round)
{
    struct key key;

    key_init(&key);
    key_add_text(&key, round);
    return key;
}

int replica_receipt_store(struct replica *replica, struct arena *arena, const char *round, const Ci__Signed *receipt)
{
    struct bytes packed = codec_pack(receipt, arena);
    struct key key = receipt_key(round);
    struct txn txn;

    if (!packed.data)
        return FAULT(FAULT_MEMORY, "out of memory for a receipt");
    TRY(txn_begin_write(&txn, replica->store));
    txn_put(&txn, TABLE_RECEIPT, key_bytes(&key), packed);
    return txn_commit(&txn);
}

int replica_receipt(struct replica *replica, struct arena *arena, const char *round, Ci__Signed **receipt)
{
    struct key key;
    struct txn txn;

    if (strlen(round) > ROUND_ID_MAX)
        return REPLICA_NONE;
    key = receipt_key(round);
    TRY(txn_begin_read(&txn, replica->store));
    struct bytes packed = txn_get(&txn, TABLE_RECEIPT, key_bytes(&key));
    int result = txn.fault;

    if (result == 0)
        result = packed.data ? stored_unpack(&ci__signed__descriptor, packed, arena, receipt) : REPLICA_NONE;
    txn_end(&txn);
    return result;
}
