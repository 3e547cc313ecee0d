/*
 * heads.c: the answers that stand side by side: which records have them, which of them their reader was shown, and
 * whether this home has chosen already. Somebody resolves only what was shown to that person.
 */
#include "client/replica/tables.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"

int replica_each_rivalled(struct replica *replica, const char *dossier, int (*visit)(void *context, const char *key),
                          void *context)
{
    struct key prefix;
    struct txn txn;
    struct txn_cursor cursor;
    int result = 0;

    key_init(&prefix);
    key_add_text(&prefix, dossier);
    TRY(txn_begin_read(&txn, replica->store));
    txn_cursor_open(&cursor, &txn, TABLE_RIVALLED, key_bytes(&prefix), bytes_of(NULL, 0));
    while (result == 0 && txn_cursor_next(&cursor))
        result = visit(context, (const char *)cursor.key.data + prefix.size);
    txn_cursor_close(&cursor);
    if (result == 0)
        result = txn.fault;
    txn_end(&txn);
    return result;
}

/* Which heads the unsent edits on the key name as seen, all together: each of those goes once they are sent. */
static int note_seen(struct txn *txn, struct arena *arena, struct heads *heads, const char *dossier, const char *key,
                     bool *seen)
{
    struct key prefix = record_table_key(dossier, key);
    struct txn_cursor cursor;
    int result = 0;

    txn_cursor_open(&cursor, txn, TABLE_UNSENT, key_bytes(&prefix), bytes_of(NULL, 0));
    while (result == 0 && txn_cursor_next(&cursor)) {
        struct bytes number = bytes_of((const uint8_t *)cursor.key.data + cursor.key.size - 8, 8);
        struct bytes packed = txn_get(txn, TABLE_OUTBOX, number);

        result = packed.data ? stored_unpack(&ci__edit__descriptor, packed, arena, &heads->unsent)
                             : FAULT(FAULT_CORRUPT, "the outbox lacks an edit of %s", key);
        for (size_t i = 0; result == 0 && i < heads->unsent->n_seen; i++)
            for (size_t head = 0; head < heads->count; head++)
                seen[head] |= bytes_equal(bytes_from(heads->unsent->seen[i]), bytes_from(heads->edits[head]->id));
    }
    txn_cursor_close(&cursor);
    return result ? result : txn->fault;
}

/* Were all of these, and no fewer, on the screen when they were last shown? */
static bool were_shown(struct txn *txn, const struct heads *heads, const char *dossier, const char *key)
{
    struct key at = record_table_key(dossier, key);
    struct bytes shown = txn_get(txn, TABLE_SHOWN, key_bytes(&at));
    bool same = shown.size == heads->count * ID_BYTES;

    for (size_t head = 0; same && head < heads->count; head++)
        same = bytes_equal(bytes_of((const uint8_t *)shown.data + head * ID_BYTES, ID_BYTES),
                           bytes_from(heads->edits[head]->id));
    return same;
}

static int read_heads(struct txn *txn, struct arena *arena, const char *dossier, const char *key, struct heads *heads)
{
    bool seen[HEADS_MAX] = { false };
    Ci__Record *record = NULL;
    int found = record_read(txn, arena, dossier, key, &record);

    if (found != 0)
        return found;
    if (record->n_rivals >= HEADS_MAX)
        return FAULT(FAULT_CORRUPT, "the replica holds a record of %s with too many answers", key);
    heads->edits[heads->count++] = record->standing;
    for (size_t i = 0; i < record->n_rivals; i++)
        heads->edits[heads->count++] = record->rivals[i];
    for (size_t head = 0; head < heads->count; head++)
        if (heads->edits[head]->id.len != ID_BYTES)
            return FAULT(FAULT_CORRUPT, "the replica holds an answer to %s without a sound id", key);
    TRY(note_seen(txn, arena, heads, dossier, key, seen));
    heads->chosen = true;
    for (size_t head = 0; head < heads->count; head++)
        heads->chosen = heads->chosen && seen[head];
    heads->shown = were_shown(txn, heads, dossier, key);
    return txn->fault;
}

int replica_heads(struct replica *replica, struct arena *arena, const char *dossier, const char *key,
                  struct heads *heads)
{
    struct txn txn;

    *heads = (struct heads){ 0 };
    TRY(txn_begin_read(&txn, replica->store));
    int result = read_heads(&txn, arena, dossier, key, heads);

    txn_end(&txn);
    return result;
}

int replica_note_shown(struct replica *replica, const char *dossier, const char *key, const struct heads *heads)
{
    struct key at = record_table_key(dossier, key);
    struct txn txn;

    if (heads->shown)
        return 0;
    TRY(txn_begin_write(&txn, replica->store));
    uint8_t *room = txn_reserve(&txn, TABLE_SHOWN, key_bytes(&at), heads->count * ID_BYTES);

    for (size_t head = 0; room && head < heads->count; head++)
        memcpy(room + head * ID_BYTES, heads->edits[head]->id.data, ID_BYTES);
    return txn_commit(&txn);
}
