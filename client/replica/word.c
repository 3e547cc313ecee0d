/*
 * word.c: this home's own latest word on a key, and which keys there are, stored or unsent. Reads only.
 */
#include <string.h>

#include "client/replica/tables.h"
#include "common/base/fault.h"
#include "common/monitor/record_key.h"

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

/* The key's text under a cursor of the record or the unsent table; NULL at its end. */
static const char *key_text(bool there, const struct txn_cursor *cursor)
{
    struct bytes rest = cursor->key;
    const char *dossier = NULL, *key = NULL;

    return there && key_take_text(&rest, &dossier) && key_take_text(&rest, &key) ? key : NULL;
}

/* Both tables are in the order of the keys' texts, so that walking them together gives each key once. */
static int visit_merged(struct txn_cursor *stored, struct txn_cursor *unsent,
                        int (*visit)(void *context, const char *key), void *context)
{
    const char *a = key_text(txn_cursor_next(stored), stored), *b = key_text(txn_cursor_next(unsent), unsent);
    char key[RECORD_KEY_MAX + 1];

    while (a || b) {
        strncpy(key, !b || (a && strcmp(a, b) <= 0) ? a : b, sizeof key - 1);
        key[sizeof key - 1] = '\0';
        int result = visit(context, key);

        if (result != 0)
            return result;
        while (a && strcmp(a, key) == 0)
            a = key_text(txn_cursor_next(stored), stored);
        while (b && strcmp(b, key) == 0)
            b = key_text(txn_cursor_next(unsent), unsent);
    }
    return 0;
}

int replica_each(struct replica *replica, const char *dossier, const char *prefix,
                 int (*visit)(void *context, const char *key), void *context)
{
    struct txn txn;
    struct txn_cursor stored, unsent;
    struct key from;

    key_init(&from);
    key_add_text(&from, dossier);
    key_add_bytes(&from, prefix, strlen(prefix));
    TRY(txn_begin_read(&txn, replica->store));
    txn_cursor_open(&stored, &txn, TABLE_RECORD, key_bytes(&from), bytes_of(NULL, 0));
    txn_cursor_open(&unsent, &txn, TABLE_UNSENT, key_bytes(&from), bytes_of(NULL, 0));
    int result = visit_merged(&stored, &unsent, visit, context);

    txn_cursor_close(&unsent);
    txn_cursor_close(&stored);
    if (result == 0)
        result = txn.fault;
    txn_end(&txn);
    return result;
}
