/*
 * counts.c: what is counted of this home's own work: not sent yet, received by the server, in a backup. Reads only.
 */
#include "client/replica/tables.h"
#include "common/base/fault.h"

static uint64_t count_backed_up(struct txn *txn, uint64_t position)
{
    struct txn_cursor cursor;
    uint64_t count = 0;

    if (position == 0)
        return 0;
    txn_cursor_open(&cursor, txn, TABLE_OWN, bytes_of(NULL, 0), bytes_of(NULL, 0));
    while (txn_cursor_next(&cursor)) {
        uint64_t at = cursor.value.size == 8 ? get_u64(cursor.value.data) : 0;

        count += at > 0 && at <= position;
    }
    txn_cursor_close(&cursor);
    return count;
}

int replica_counts(struct replica *replica, struct replica_counts *counts)
{
    struct txn txn;

    TRY(txn_begin_read(&txn, replica->store));
    const struct replica_counts now = {
        .newest = meta_number(&txn, "number", NULL),
        .unsent = txn_count(&txn, TABLE_OUTBOX),
        .received = txn_count(&txn, TABLE_OWN),
        .backed_up = count_backed_up(&txn, meta_number(&txn, "backed_up", NULL)),
        .attention = txn_count(&txn, TABLE_ATTENTION),
        .complete_as_of_ms = meta_number(&txn, "complete_as_of", NULL),
    };
    int fault = txn.fault;

    txn_end(&txn);
    if (fault == 0)
        *counts = now;
    return fault;
}
