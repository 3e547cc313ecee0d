/*
 * history.c: the edits that this home knows of, its own and those that it saw stand: who said what on which base, and
 * what the server made of it. For people to read: nothing is decided by it, and the records can do without.
 */
#include <stdio.h>

#include "client/replica/tables.h"
#include "common/base/fault.h"
#include "common/monitor/heads.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"
#include "common/wire/error.h"

/* A value in the table: fate (u32), time of dismissal (u64), size of the edit (u32), edit, and what is left the error. */
enum { AT_DISMISSED = 4, AT_SIZE = 12, AT_EDIT = 16 };
enum { HISTORY_OF_KEY_MAX = 100 }; /* the oldest by their authors' clocks go */

/* What the server writes of people, installs and areas is no history of what people did; questionnaires are frozen. */
static bool is_kept(const char *key)
{
    static const char *const kinds[] = { "answer", "submission", "round", "revocation" };
    struct record_key parsed;

    for (size_t i = 0; record_key_parse(key, &parsed) && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(parsed.kind, kinds[i]) == 0)
            return true;
    return false;
}

static struct key row_key(const char *dossier, const char *text, const Ci__Edit *edit)
{
    struct key key = record_table_key(dossier, text);

    key_add_bytes(&key, edit->id.data, edit->id.len);
    return key;
}

static void make_room(struct txn *txn, const char *dossier, const char *key)
{
    struct key prefix = record_table_key(dossier, key), oldest;
    struct txn_cursor cursor;
    size_t count = 0;

    key_init(&oldest);
    txn_cursor_open(&cursor, txn, TABLE_HISTORY, key_bytes(&prefix), bytes_of(NULL, 0));
    for (; txn_cursor_next(&cursor); count++)
        if (count == 0)
            key_add_bytes(&oldest, cursor.key.data, cursor.key.size);
    txn_cursor_close(&cursor);
    if (count >= HISTORY_OF_KEY_MAX)
        txn_delete(txn, TABLE_HISTORY, key_bytes(&oldest));
}

static void put_row(struct txn *txn, struct arena *arena, const struct key *key, const Ci__Edit *edit,
                    enum edit_fate fate, uint64_t dismissed_ms, const Ci__Error *error)
{
    struct bytes packed = codec_pack(edit, arena), reason = error ? codec_pack(error, arena) : bytes_of("", 0);

    if (!packed.data || !reason.data) {
        if (txn->fault == 0)
            txn->fault = FAULT(FAULT_MEMORY, "out of memory for the history of an edit");
        return;
    }
    uint8_t *room = txn_reserve(txn, TABLE_HISTORY, key_bytes(key), AT_EDIT + packed.size + reason.size);

    if (!room)
        return;
    put_u32(room, fate);
    put_u64(room + AT_DISMISSED, dismissed_ms);
    put_u32(room + AT_SIZE, (uint32_t)packed.size);
    memcpy(room + AT_EDIT, packed.data, packed.size);
    memcpy(room + AT_EDIT + packed.size, reason.data, reason.size);
}

/* An id of another length is none of ours: it comes from a server that we cannot follow, and is left alone. */
static bool can_note(const char *key, const Ci__Edit *edit)
{
    return edit->id.len == ID_BYTES && is_kept(key);
}

void history_note(struct txn *txn, struct arena *arena, const Ci__Edit *edit, enum edit_fate fate,
                  const Ci__Error *error)
{
    if (!can_note(edit->key, edit))
        return;
    struct key key = row_key(edit->dossier, edit->key, edit);

    if (!txn_get(txn, TABLE_HISTORY, key_bytes(&key)).data)
        make_room(txn, edit->dossier, edit->key);
    put_row(txn, arena, &key, edit, fate, 0, error);
}

void history_note_heads(struct txn *txn, struct arena *arena, const char *dossier, const char *key,
                        const Ci__Record *record)
{
    for (size_t head = 0; head <= record->n_rivals; head++) {
        const Ci__Edit *edit = head == 0 ? record->standing : record->rivals[head - 1];

        if (!can_note(key, edit))
            continue;
        struct key at = row_key(dossier, key, edit);

        if (txn_get(txn, TABLE_HISTORY, key_bytes(&at)).data)
            continue;
        make_room(txn, dossier, key);
        put_row(txn, arena, &at, edit, FATE_SEEN, 0, NULL);
    }
}

void history_note_dismissed(struct txn *txn, struct arena *arena, const Ci__Edit *edit, const Ci__Error *error,
                            uint64_t now_ms)
{
    if (!can_note(edit->key, edit))
        return;
    struct key key = row_key(edit->dossier, edit->key, edit);

    put_row(txn, arena, &key, edit, error->code == ERROR_ROUND_CLOSED ? FATE_LATE : FATE_REFUSED, now_ms, error);
}

static int read_row(struct bytes value, struct arena *arena, struct history_row *row)
{
    const uint8_t *at = value.data;
    size_t size = value.size >= AT_EDIT ? get_u32(at + AT_SIZE) : 0;

    if (value.size < AT_EDIT || size > value.size - AT_EDIT || get_u32(at) > FATE_LAST)
        return FAULT(FAULT_CORRUPT, "the history in the replica cannot be read");
    *row = (struct history_row){ .fate = (enum edit_fate)get_u32(at), .dismissed_ms = get_u64(at + AT_DISMISSED) };
    TRY(stored_unpack(&ci__edit__descriptor, bytes_of(at + AT_EDIT, size), arena, &row->edit));
    size_t left = value.size - AT_EDIT - size;

    return left ? stored_unpack(&ci__error__descriptor, bytes_of(at + AT_EDIT + size, left), arena, &row->error) : 0;
}

/* Whether the row's edit had seen one that is still to come. */
static bool has_seen_later(const struct edit_history *history, const bool *taken, const struct history_row *row)
{
    for (size_t i = 0; i < history->count; i++)
        if (!taken[i] && &history->rows[i] != row &&
            ids_hold(row->edit->seen, row->edit->n_seen, history->rows[i].edit->id))
            return true;
    return false;
}

/* What was seen comes before what saw it, whatever the clocks said; else as the clocks say. */
static int order_by_what_was_seen(struct edit_history *history, struct arena *arena)
{
    struct history_row *rows = arena_alloc(arena, (history->count + 1) * sizeof *rows);
    bool *taken = arena_alloc(arena, history->count + 1);

    if (!rows || !taken)
        return FAULT(FAULT_MEMORY, "out of memory for a history");
    memset(taken, 0, history->count + 1);
    for (size_t done = 0; done < history->count; done++) {
        size_t next = SIZE_MAX, first = SIZE_MAX;

        for (size_t i = 0; i < history->count && next == SIZE_MAX; i++) {
            if (taken[i])
                continue;
            first = first == SIZE_MAX ? i : first;
            if (!has_seen_later(history, taken, &history->rows[i]))
                next = i;
        }
        next = next == SIZE_MAX ? first : next; /* in a circle, which no honest home makes */
        taken[next] = true;
        rows[done] = history->rows[next];
    }
    history->rows = rows;
    return 0;
}

int replica_history(struct replica *replica, struct arena *arena, const char *dossier, const char *key,
                    struct edit_history *history)
{
    struct key prefix = record_table_key(dossier, key);
    struct txn txn;
    struct txn_cursor cursor;
    int result = 0;

    *history = (struct edit_history){ .rows = arena_alloc(arena, HISTORY_OF_KEY_MAX * sizeof *history->rows) };
    if (!history->rows)
        return FAULT(FAULT_MEMORY, "out of memory for a history");
    TRY(txn_begin_read(&txn, replica->store));
    txn_cursor_open(&cursor, &txn, TABLE_HISTORY, key_bytes(&prefix), bytes_of(NULL, 0));
    while (result == 0 && history->count < HISTORY_OF_KEY_MAX && txn_cursor_next(&cursor))
        result = read_row(cursor.value, arena, &history->rows[history->count++]);
    txn_cursor_close(&cursor);
    if (result == 0)
        result = record_read(&txn, arena, dossier, key, &history->record);
    txn_end(&txn);
    return result < 0 ? result : order_by_what_was_seen(history, arena);
}

int replica_each_history(struct replica *replica, const char *dossier, int (*visit)(void *context, const char *key),
                         void *context)
{
    char last[RECORD_KEY_MAX + 1] = "";
    struct key prefix;
    struct txn txn;
    struct txn_cursor cursor;
    int result = 0;

    key_init(&prefix);
    key_add_text(&prefix, dossier);
    TRY(txn_begin_read(&txn, replica->store));
    txn_cursor_open(&cursor, &txn, TABLE_HISTORY, key_bytes(&prefix), bytes_of(NULL, 0));
    while (result == 0 && txn_cursor_next(&cursor)) {
        const char *key = (const char *)cursor.key.data + prefix.size;

        if (strcmp(key, last) == 0)
            continue;
        snprintf(last, sizeof last, "%s", key);
        result = visit(context, last);
    }
    txn_cursor_close(&cursor);
    if (result == 0)
        result = txn.fault;
    txn_end(&txn);
    return result;
}
