/*
 * attention.c: the tray of edits that the server refused or that came late, with the reason. An entry goes when its
 * author says so, and by itself once a later own edit on its key was accepted, or a record shows that it was admitted.
 */
#include "client/replica/tables.h"
#include "common/base/fault.h"
#include "common/monitor/heads.h"
#include "common/wire/codec.h"

static int read_entry(struct bytes value, struct arena *arena, Ci__Edit **edit, Ci__Error **error)
{
    size_t size = value.size >= 4 ? get_u32(value.data) : 0;

    if (value.size < 4 || size > value.size - 4)
        return FAULT(FAULT_CORRUPT, "the attention tray of the replica cannot be read");
    const uint8_t *at = (const uint8_t *)value.data + 4;

    TRY(stored_unpack(&ci__edit__descriptor, bytes_of(at, size), arena, edit));
    return stored_unpack(&ci__error__descriptor, bytes_of(at + size, value.size - 4 - size), arena, error);
}

int replica_each_attention(struct replica *replica, struct arena *arena,
                           int (*visit)(void *context, uint64_t number, const Ci__Edit *edit, const Ci__Error *error),
                           void *context)
{
    struct txn txn;
    struct txn_cursor cursor;
    int result = 0;

    TRY(txn_begin_read(&txn, replica->store));
    txn_cursor_open(&cursor, &txn, TABLE_ATTENTION, bytes_of(NULL, 0), bytes_of(NULL, 0));
    while (result == 0 && txn_cursor_next(&cursor)) {
        Ci__Edit *edit = NULL;
        Ci__Error *error = NULL;

        result = read_entry(cursor.value, arena, &edit, &error);
        if (result == 0)
            result = visit(context, get_u64(cursor.key.data), edit, error);
    }
    txn_cursor_close(&cursor);
    if (result == 0)
        result = txn.fault;
    txn_end(&txn);
    return result;
}

static void remove_entry(struct txn *txn, uint64_t number, const char *dossier, const char *text)
{
    struct key key = number_table_key(number), by_key = unsent_table_key(dossier, text, number);

    txn_delete(txn, TABLE_ATTENTION, key_bytes(&key));
    txn_delete(txn, TABLE_ATTENTION_OF, key_bytes(&by_key));
}

/* The first entry on the key with at least this number; 0: none. */
static uint64_t next_entry(struct txn *txn, const char *dossier, const char *key, uint64_t least)
{
    struct key prefix = record_table_key(dossier, key), from = unsent_table_key(dossier, key, least);
    struct txn_cursor cursor;
    uint64_t number = 0;

    txn_cursor_open(&cursor, txn, TABLE_ATTENTION_OF, key_bytes(&prefix), key_bytes(&from));
    if (txn_cursor_next(&cursor))
        number = get_u64((const uint8_t *)cursor.key.data + cursor.key.size - 8);
    txn_cursor_close(&cursor);
    return number;
}

/* The entries on the key for which `goes` says so. */
static void settle(struct txn *txn, struct arena *arena, const char *dossier, const char *key,
                   bool (*goes)(const void *context, const Ci__Edit *edit), const void *context)
{
    for (uint64_t number = 0; (number = next_entry(txn, dossier, key, number + 1)) != 0;) {
        struct key at = number_table_key(number);
        Ci__Edit *edit = NULL;
        Ci__Error *error = NULL;
        int result = read_entry(txn_get(txn, TABLE_ATTENTION, key_bytes(&at)), arena, &edit, &error);

        if (result != 0 && txn->fault == 0)
            txn->fault = result;
        if (txn->fault)
            return;
        if (goes(context, edit))
            remove_entry(txn, number, dossier, key);
    }
}

static bool is_edit(const void *context, const Ci__Edit *edit)
{
    const Ci__Edit *other = context;

    return bytes_equal(bytes_from(edit->id), bytes_from(other->id));
}

void attention_add(struct txn *txn, struct arena *arena, const Ci__Edit *edit, const Ci__Error *error)
{
    settle(txn, arena, edit->dossier, edit->key, is_edit, edit); /* each once, with the newest reason */
    uint64_t number = meta_number(txn, "attention", NULL) + 1;
    struct key key = number_table_key(number), by_key = unsent_table_key(edit->dossier, edit->key, number);
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
    txn_put(txn, TABLE_ATTENTION_OF, key_bytes(&by_key), bytes_of("", 0));
    meta_put_number(txn, "attention", NULL, number);
}

/* What a colleague said and a heal could not bring back stays: its author knows nothing of it. */
static bool is_of_author(const void *context, const Ci__Edit *edit)
{
    const Ci__Edit *accepted = context;

    return strcmp(edit->author, accepted->author) == 0;
}

void attention_settle(struct txn *txn, struct arena *arena, const Ci__Edit *accepted)
{
    settle(txn, arena, accepted->dossier, accepted->key, is_of_author, accepted);
}

static bool is_in_record(const void *context, const Ci__Edit *edit)
{
    const Ci__Record *record = context;

    return heads_hold(record, edit->id) || ids_hold(record->superseded, record->n_superseded, edit->id);
}

void attention_settle_admitted(struct txn *txn, struct arena *arena, const char *dossier, const char *key,
                               const Ci__Record *record)
{
    settle(txn, arena, dossier, key, is_in_record, record);
}

int replica_dismiss(struct replica *replica, uint64_t number)
{
    enum { DISMISS_ARENA = 512 * 1024 };
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct key key = number_table_key(number);
    Ci__Edit *edit = NULL;
    Ci__Error *error = NULL;
    struct txn txn;

    TRY(arena_new(&arena, DISMISS_ARENA));
    TRY(txn_begin_write(&txn, replica->store));
    struct bytes value = txn_get(&txn, TABLE_ATTENTION, key_bytes(&key));
    int result = txn.fault;

    if (result == 0)
        result = value.data ? read_entry(value, arena, &edit, &error) : REPLICA_NONE;
    if (result != 0) {
        txn_end(&txn);
        return result;
    }
    history_note_dismissed(&txn, arena, edit, error, clock_now_ms(replica->clock));
    remove_entry(&txn, number, edit->dossier, edit->key);
    return txn_commit(&txn);
}
