/*
 * word.c: this home's own latest word on a key, and which keys there are: stored, unsent, or acknowledged and still without their
 * record.
 */
#include <string.h>

#include "client/replica/tables.h"
#include "common/base/fault.h"
#include "common/monitor/heads.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"

void word_await(struct txn *txn, struct arena *arena, const Ci__Edit *edit)
{
    struct key at = record_table_key(edit->dossier, edit->key);
    struct bytes packed = codec_pack(edit, arena);

    if (packed.data)
        txn_put(txn, TABLE_AWAITED, key_bytes(&at), packed);
    else if (txn->fault == 0)
        txn->fault = FAULT(FAULT_MEMORY, "out of memory for an edit that was sent");
}

/* REPLICA_NONE. */
static int find_awaited(struct txn *txn, struct arena *arena, const char *dossier, const char *key, Ci__Edit **edit)
{
    struct key at = record_table_key(dossier, key);
    struct bytes packed = txn_get(txn, TABLE_AWAITED, key_bytes(&at));

    if (txn->fault || !packed.data)
        return txn->fault ? txn->fault : REPLICA_NONE;
    return stored_unpack(&ci__edit__descriptor, packed, arena, edit);
}

/* A record that names the edit has it, or what came after it. One that does not is older, or of a server put back. */
void word_arrived(struct txn *txn, struct arena *arena, const char *dossier, const char *key, const Ci__Record *record)
{
    struct key at = record_table_key(dossier, key);
    Ci__Edit *edit = NULL;
    int result = find_awaited(txn, arena, dossier, key, &edit);

    if (result < 0 && txn->fault == 0)
        txn->fault = result;
    if (result == 0 && (heads_hold(record, edit->id) || heads_supersede(record, edit->id)))
        txn_delete(txn, TABLE_AWAITED, key_bytes(&at));
}

/* The newest edit on the key that was not sent yet; REPLICA_NONE. */
static int find_unsent(struct txn *txn, struct arena *arena, const char *dossier, const char *key, Ci__Edit **edit)
{
    struct key prefix = record_table_key(dossier, key);
    struct bytes last, value;

    if (!txn_last(txn, TABLE_UNSENT, key_bytes(&prefix), &last, &value))
        return txn->fault ? txn->fault : REPLICA_NONE;
    struct bytes number = bytes_of((const uint8_t *)last.data + last.size - 8, 8);
    struct bytes packed = txn_get(txn, TABLE_OUTBOX, number);

    if (txn->fault)
        return txn->fault;
    return packed.data ? stored_unpack(&ci__edit__descriptor, packed, arena, edit)
                       : FAULT(FAULT_CORRUPT, "the outbox lacks an edit of %s", key);
}

static bool is_own(struct txn *txn, const Ci__Edit *edit)
{
    return edit->id.len == ID_BYTES && txn_get(txn, TABLE_OWN, bytes_of(edit->id.data, ID_BYTES)).data != NULL;
}

int word_find(struct txn *txn, struct arena *arena, const char *dossier, const char *key, Ci__Edit **edit, bool *unsent)
{
    Ci__Record *record = NULL;
    int result = find_unsent(txn, arena, dossier, key, edit);

    if (unsent)
        *unsent = result == 0;
    if (result == REPLICA_NONE)
        result = find_awaited(txn, arena, dossier, key, edit);
    if (result != REPLICA_NONE)
        return result;
    result = record_read(txn, arena, dossier, key, &record);
    if (result != 0)
        return result;
    *edit = record->standing;
    for (size_t i = 0; i < record->n_rivals; i++)
        if (is_own(txn, record->rivals[i])) /* of several, after a copy or a heal, the last: the newest */
            *edit = record->rivals[i];
    return txn->fault;
}

int replica_word(struct replica *replica, struct arena *arena, const char *dossier, const char *key, Ci__Edit **edit,
                 bool *unsent)
{
    struct txn txn;

    TRY(txn_begin_read(&txn, replica->store));
    int result = word_find(&txn, arena, dossier, key, edit, unsent);

    txn_end(&txn);
    return result;
}

/* Where there are keys: their texts stand in the same order in each. */
static const unsigned tables_of_keys[] = { TABLE_RECORD, TABLE_UNSENT, TABLE_AWAITED };
enum { TABLES_OF_KEYS = sizeof tables_of_keys / sizeof *tables_of_keys };

/* Walking them together gives each key once. */
struct walk {
    struct txn_cursor cursors[TABLES_OF_KEYS];
    const char *keys[TABLES_OF_KEYS]; /* the one that each is at; NULL at its end */
};

static void step(struct walk *walk, size_t table)
{
    struct txn_cursor *cursor = &walk->cursors[table];
    bool there = txn_cursor_next(cursor);
    struct bytes rest = cursor->key;
    const char *dossier = NULL, *key = NULL;

    walk->keys[table] = there && key_take_text(&rest, &dossier) && key_take_text(&rest, &key) ? key : NULL;
}

static const char *least_key(const struct walk *walk)
{
    const char *least = NULL;

    for (size_t i = 0; i < TABLES_OF_KEYS; i++)
        if (walk->keys[i] && (!least || strcmp(walk->keys[i], least) < 0))
            least = walk->keys[i];
    return least;
}

static int visit_keys(struct walk *walk, int (*visit)(void *context, const char *key), void *context)
{
    char key[RECORD_KEY_MAX + 1] = "";

    for (size_t i = 0; i < TABLES_OF_KEYS; i++)
        step(walk, i);
    for (const char *least; (least = least_key(walk)) != NULL;) {
        strncpy(key, least, sizeof key - 1);
        int result = visit(context, key);

        if (result != 0)
            return result;
        for (size_t i = 0; i < TABLES_OF_KEYS; i++)
            while (walk->keys[i] && strcmp(walk->keys[i], key) == 0)
                step(walk, i);
    }
    return 0;
}

int replica_each(struct replica *replica, const char *dossier, const char *prefix,
                 int (*visit)(void *context, const char *key), void *context)
{
    struct txn txn;
    struct walk walk;
    struct key from;

    key_init(&from);
    key_add_text(&from, dossier);
    key_add_bytes(&from, prefix, strlen(prefix));
    TRY(txn_begin_read(&txn, replica->store));
    for (size_t i = 0; i < TABLES_OF_KEYS; i++)
        txn_cursor_open(&walk.cursors[i], &txn, tables_of_keys[i], key_bytes(&from), bytes_of(NULL, 0));
    int result = visit_keys(&walk, visit, context);

    for (size_t i = 0; i < TABLES_OF_KEYS; i++)
        txn_cursor_close(&walk.cursors[i]);
    if (result == 0)
        result = txn.fault;
    txn_end(&txn);
    return result;
}
