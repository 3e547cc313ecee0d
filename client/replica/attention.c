/*
 * attention.c: the tray of edits that the server refused or that came late, with the reason; and what is counted.
 */
#include "client/replica/tables.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"

void attention_add(struct txn *txn, struct arena *arena, const Ci__Edit *edit, const Ci__Error *error)
{
    uint64_t number = meta_number(txn, "attention", NULL) + 1;
    struct key key = number_table_key(number);
    struct bytes packed = codec_pack(edit, arena), reason = codec_pack(error, arena);

    if (!packed.data || !reason.data) {
        if (txn->fault == 0)
            txn->fault = FAULT(FAULT_MEMORY, "out of memory for a refused edit");
        return;
    }
    uint8_t *room = txn_reserve(txn, TABLE_ATTENTION, key_bytes(&key), 4 + packed.size + reason.size);

    if (!room)
        return;
    put_u32(room, (uint32_t)packed.size);
    memcpy(room + 4, packed.data, packed.size);
    memcpy(room + 4 + packed.size, reason.data, reason.size);
    meta_put_number(txn, "attention", NULL, number);
}

static int visit_one(struct bytes value, struct arena *arena,
                     int (*visit)(void *context, const Ci__Edit *edit, const Ci__Error *error), void *context)
{
    Ci__Edit *edit = NULL;
    Ci__Error *error = NULL;
    size_t size = value.size >= 4 ? get_u32(value.data) : 0;

    if (value.size < 4 || size > value.size - 4)
        return FAULT(FAULT_CORRUPT, "the attention tray of the replica cannot be read");
    const uint8_t *at = (const uint8_t *)value.data + 4;

    TRY(stored_unpack(&ci__edit__descriptor, bytes_of(at, size), arena, &edit));
    TRY(stored_unpack(&ci__error__descriptor, bytes_of(at + size, value.size - 4 - size), arena, &error));
    return visit(context, edit, error);
}

int replica_each_attention(struct replica *replica, struct arena *arena,
                           int (*visit)(void *context, const Ci__Edit *edit, const Ci__Error *error), void *context)
{
    struct txn txn;
    struct txn_cursor cursor;
    int result = 0;

    TRY(txn_begin_read(&txn, replica->store));
    txn_cursor_open(&cursor, &txn, TABLE_ATTENTION, bytes_of(NULL, 0), bytes_of(NULL, 0));
    while (result == 0 && txn_cursor_next(&cursor))
        result = visit_one(cursor.value, arena, visit, context);
    txn_cursor_close(&cursor);
    if (result == 0)
        result = txn.fault;
    txn_end(&txn);
    return result;
}

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
        .unsent = txn_count(&txn, TABLE_OUTBOX),
        .received = txn_count(&txn, TABLE_OWN),
        .backed_up = count_backed_up(&txn, meta_number(&txn, "backed_up", NULL)),
        .attention = txn_count(&txn, TABLE_ATTENTION),
        .conflicts = txn_count(&txn, TABLE_RIVALLED),
        .complete_as_of_ms = meta_number(&txn, "complete_as_of", NULL),
    };
    int fault = txn.fault;

    txn_end(&txn);
    if (fault == 0)
        *counts = now;
    return fault;
}
