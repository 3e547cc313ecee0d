/*
 * outbox.c: what this home says in hello and sends: incarnation, numbers, unsent edits, marks. Reads, and renumbers
 * when the install was cloned; what becomes of an edit that was sent is in intake.c.
 */
#include <string.h>

#include "client/replica/exchange.h"
#include "client/replica/tables.h"
#include "common/base/digest.h"
#include "common/base/fault.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"
#include "common/wire/limits.h"

static int note_incarnation(struct txn *txn, struct arena *arena, ProtobufCBinaryData *incarnation, uint64_t *number)
{
    struct bytes value = meta_get(txn, "incarnation", NULL);

    if (txn->fault)
        return txn->fault;
    incarnation->data = arena_copy(arena, value.data, value.size);
    incarnation->len = value.size;
    if (number)
        *number = meta_number(txn, "number", NULL);
    return incarnation->data ? txn->fault : FAULT(FAULT_MEMORY, "out of memory for a request");
}

/* The id alone: what else is in the edit would fill the arena after a few hundred large ones. */
static int add_sent_edit(Ci__Hello *hello, Ci__SentEdit *row, const struct txn_cursor *at, struct arena *scratch,
                         struct arena *arena)
{
    Ci__Edit *edit = NULL;

    arena_reset(scratch);
    ci__sent_edit__init(row);
    row->number = get_u64(at->key.data);
    TRY(stored_unpack(&ci__edit__descriptor, at->value, scratch, &edit));
    row->edit = bytes_to(bytes_of(arena_copy(arena, edit->id.data, edit->id.len), edit->id.len));
    if (!row->edit.data)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    hello->sent[hello->n_sent++] = row;
    return 0;
}

static int add_sent(Ci__Hello *hello, struct txn *txn, struct arena *arena)
{
    enum { EDIT_ARENA = 1024 * 1024 };
    CLEANUP(arena_free) struct arena *scratch = NULL;
    uint64_t count = txn_count(txn, TABLE_OUTBOX);
    size_t most = count < HELLO_SENT_MAX ? (size_t)count : HELLO_SENT_MAX;
    Ci__SentEdit *sent = arena_alloc(arena, (most + 1) * sizeof *sent);
    struct txn_cursor cursor;
    int result = 0;

    TRY(arena_new(&scratch, EDIT_ARENA));
    hello->sent = arena_alloc(arena, (most + 1) * sizeof *hello->sent);
    if (!sent || !hello->sent)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    txn_cursor_open(&cursor, txn, TABLE_OUTBOX, bytes_of(NULL, 0), bytes_of(NULL, 0));
    while (result == 0 && hello->n_sent < most && txn_cursor_next(&cursor))
        result = add_sent_edit(hello, &sent[hello->n_sent], &cursor, scratch, arena);
    txn_cursor_close(&cursor);
    return result ? result : txn->fault;
}

static int add_marked(Ci__DossierState *state, size_t room, struct txn *txn, struct arena *arena)
{
    struct key prefix;
    struct txn_cursor cursor;
    int result = 0;

    key_init(&prefix);
    key_add_text(&prefix, state->dossier);
    state->marked = arena_alloc(arena, (room + 1) * sizeof *state->marked);
    if (!state->marked)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    txn_cursor_open(&cursor, txn, TABLE_MARKED, key_bytes(&prefix), bytes_of(NULL, 0));
    while (result == 0 && state->n_marked < room && txn_cursor_next(&cursor)) {
        Ci__MarkedPlace *row = arena_alloc(arena, sizeof *row);

        if (!row) {
            result = FAULT(FAULT_MEMORY, "out of memory for a request");
            break;
        }
        ci__marked_place__init(row);
        row->key = arena_string(arena, (const char *)cursor.key.data + prefix.size);
        result = stored_unpack(&ci__place__descriptor, cursor.value, arena, &row->place);
        state->marked[state->n_marked++] = row;
    }
    txn_cursor_close(&cursor);
    return result ? result : txn->fault;
}

static int add_dossier(Ci__Hello *hello, const char *dossier, struct bytes cursor, size_t *room, struct txn *txn,
                       struct arena *arena)
{
    Ci__DossierState *state = arena_alloc(arena, sizeof *state);

    if (!state)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    ci__dossier_state__init(state);
    state->dossier = arena_string(arena, dossier);
    state->cursor.data = arena_copy(arena, cursor.data, cursor.size);
    state->cursor.len = cursor.size;
    if (!state->dossier || !state->cursor.data)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    TRY(add_marked(state, *room, txn, arena));
    *room -= state->n_marked;
    hello->dossiers[hello->n_dossiers++] = state;
    return 0;
}

static int add_dossiers(Ci__Hello *hello, struct txn *txn, struct arena *arena)
{
    struct txn_cursor cursor;
    struct key prefix;
    size_t room = EXCHANGE_MARKED_MAX;
    int result = 0;

    key_init(&prefix);
    key_add_text(&prefix, "cursor");
    hello->dossiers = arena_alloc(arena, HELLO_DOSSIERS_MAX * sizeof *hello->dossiers);
    if (!hello->dossiers)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    txn_cursor_open(&cursor, txn, TABLE_META, key_bytes(&prefix), bytes_of(NULL, 0));
    while (result == 0 && hello->n_dossiers < HELLO_DOSSIERS_MAX && txn_cursor_next(&cursor))
        result = add_dossier(hello, (const char *)cursor.key.data + prefix.size, cursor.value, &room, txn, arena);
    txn_cursor_close(&cursor);
    return result ? result : txn->fault;
}

int exchange_hello(struct replica *replica, struct arena *arena, Ci__Hello *hello)
{
    struct txn txn;

    TRY(txn_begin_read(&txn, replica->store));
    int result = note_incarnation(&txn, arena, &hello->incarnation, &hello->last_number);

    if (result == 0)
        result = add_sent(hello, &txn, arena);
    if (result == 0)
        result = add_dossiers(hello, &txn, arena);
    txn_end(&txn);
    return result;
}

/* One edit more in the push; REPLICA_NONE where it would not fit any more. */
static int add_edit(Ci__Push *push, struct bytes number, struct bytes packed, size_t *bytes, struct arena *arena)
{
    enum { OVERHEAD_BYTES = 32 };
    Ci__NumberedEdit *row = arena_alloc(arena, sizeof *row);

    *bytes += packed.size + OVERHEAD_BYTES;
    if (push->n_edits > 0 && *bytes > EXCHANGE_PUSH_BYTES)
        return REPLICA_NONE;
    if (!row)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    ci__numbered_edit__init(row);
    row->number = get_u64(number.data);
    TRY(stored_unpack(&ci__edit__descriptor, packed, arena, &row->edit));
    push->edits[push->n_edits++] = row;
    return 0;
}

int exchange_push(struct replica *replica, struct arena *arena, uint64_t after, size_t edits_max, Ci__Push *push)
{
    struct key from = number_table_key(after + 1);
    struct txn txn;
    struct txn_cursor cursor;
    size_t bytes = 0;

    push->edits = arena_alloc(arena, edits_max * sizeof *push->edits);
    if (!push->edits)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    TRY(txn_begin_read(&txn, replica->store));
    int result = note_incarnation(&txn, arena, &push->incarnation, NULL);

    txn_cursor_open(&cursor, &txn, TABLE_OUTBOX, bytes_of(NULL, 0), key_bytes(&from));
    while (result == 0 && push->n_edits < edits_max && txn_cursor_next(&cursor))
        result = add_edit(push, cursor.key, cursor.value, &bytes, arena);
    txn_cursor_close(&cursor);
    if (result >= 0)
        result = txn.fault;
    txn_end(&txn);
    if (result < 0)
        return result;
    return push->n_edits ? 0 : REPLICA_NONE;
}

enum { RENUMBER_ARENA = 1024 * 1024 };

static int renumber_one(struct txn *txn, struct arena *arena, struct bytes packed, uint64_t old, uint64_t new)
{
    Ci__Edit *edit = NULL;

    TRY(stored_unpack(&ci__edit__descriptor, packed, arena, &edit));
    struct key number = number_table_key(new), by_key = unsent_table_key(edit->dossier, edit->key, new);
    struct bytes copy = bytes_of(arena_copy(arena, packed.data, packed.size), packed.size);

    if (!copy.data)
        return FAULT(FAULT_MEMORY, "out of memory for an edit");
    outbox_remove(txn, old, edit);
    txn_put(txn, TABLE_OUTBOX, key_bytes(&number), copy);
    txn_put(txn, TABLE_UNSENT, key_bytes(&by_key), bytes_of("", 0));
    return txn->fault;
}

/* The first of the outbox from `*number` on, which it becomes; copied. False: there is none. */
static bool outbox_from(struct txn *txn, struct arena *arena, uint64_t *number, struct bytes *packed)
{
    struct key start = number_table_key(*number);
    struct txn_cursor cursor;
    bool there;

    txn_cursor_open(&cursor, txn, TABLE_OUTBOX, bytes_of(NULL, 0), key_bytes(&start));
    there = txn_cursor_next(&cursor);
    if (there) {
        *number = get_u64(cursor.key.data);
        *packed = bytes_of(arena_copy(arena, cursor.value.data, cursor.value.size), cursor.value.size);
    }
    txn_cursor_close(&cursor);
    return there;
}

/* The outbox in order, each under its next number. A new number never passes an old one, so none is overwritten. */
static int renumber(struct txn *txn, struct arena *arena)
{
    uint64_t next = 0, old = 0;
    struct bytes packed;

    for (; arena_reset(arena), outbox_from(txn, arena, &old, &packed); old++) {
        if (!packed.data)
            return FAULT(FAULT_MEMORY, "out of memory for an edit");
        TRY(renumber_one(txn, arena, packed, old, ++next));
    }
    meta_put_number(txn, "number", NULL, next);
    return txn->fault;
}

int exchange_reincarnate(struct replica *replica)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    uint8_t incarnation[ID_BYTES];
    struct txn txn;

    TRY(arena_new(&arena, RENUMBER_ARENA));
    random_bytes(incarnation, sizeof incarnation);
    TRY(txn_begin_write(&txn, replica->store));
    meta_put(&txn, "incarnation", NULL, bytes_of(incarnation, sizeof incarnation));
    int result = renumber(&txn, arena);

    if (result != 0) {
        txn_end(&txn);
        return result;
    }
    return txn_commit(&txn);
}

/* Is it built on the other? The next word on its key is, and so is what hands in the round that it answers. */
static bool is_built_on(const Ci__Edit *edit, const Ci__Edit *other)
{
    struct record_key key, below;

    if (strcmp(edit->dossier, other->dossier) != 0)
        return false;
    if (strcmp(edit->key, other->key) == 0)
        return true;
    return record_key_parse(edit->key, &key) && record_key_parse(other->key, &below) &&
           strcmp(key.kind, "submission") == 0 && strcmp(below.kind, "answer") == 0 &&
           strcmp(key.first, below.first) == 0;
}

static int defer(struct txn *txn, struct arena *arena, const Ci__NumberedEdit *first, uint64_t *number)
{
    uint64_t last = meta_number(txn, "number", NULL), next = last, old = first->number;
    struct bytes packed;

    for (; arena_reset(arena), outbox_from(txn, arena, &old, &packed) && old <= last; old++) {
        Ci__Edit *edit = NULL;

        if (!packed.data)
            return FAULT(FAULT_MEMORY, "out of memory for an edit");
        TRY(stored_unpack(&ci__edit__descriptor, packed, arena, &edit));
        if (is_built_on(edit, first->edit))
            TRY(renumber_one(txn, arena, packed, old, ++next));
    }
    *number = last + 1;
    meta_put_number(txn, "number", NULL, next);
    return txn->fault;
}

int exchange_defer(struct replica *replica, const Ci__NumberedEdit *edit, uint64_t *number)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct txn txn;

    TRY(arena_new(&arena, RENUMBER_ARENA));
    TRY(txn_begin_write(&txn, replica->store));
    int result = defer(&txn, arena, edit, number);

    if (result == 0)
        return txn_commit(&txn);
    txn_end(&txn);
    return result;
}

bool outbox_holds(struct txn *txn, struct arena *arena, const Ci__NumberedEdit *edit)
{
    struct key key = number_table_key(edit->number);
    struct bytes packed = txn_get(txn, TABLE_OUTBOX, key_bytes(&key));
    Ci__Edit *held = NULL;

    if (!packed.data)
        return false;
    if (stored_unpack(&ci__edit__descriptor, packed, arena, &held) != 0) {
        txn->fault = txn->fault ? txn->fault : FAULT(FAULT_CORRUPT, "an edit of the outbox cannot be read");
        return false;
    }
    return bytes_equal(bytes_from(held->id), bytes_from(edit->edit->id));
}

void outbox_remove(struct txn *txn, uint64_t number, const Ci__Edit *edit)
{
    struct key by_number = number_table_key(number), by_key = unsent_table_key(edit->dossier, edit->key, number);

    txn_delete(txn, TABLE_OUTBOX, key_bytes(&by_number));
    txn_delete(txn, TABLE_UNSENT, key_bytes(&by_key));
}
