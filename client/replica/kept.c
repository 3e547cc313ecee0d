/*
 * kept.c: own edits that the server has acknowledged, and where in its journal they are. After a loss they are offered as
 * history: what a record still heads was given back with it (healing.c).
 *
 * They are kept for good, as far as there is room (KEPT_EDITS, years of one person's work): a backup that has them may not
 * be the one that the server is restored from. Beyond that the oldest go, those that are in a backup; one that is in none
 * never does.
 *
 * TABLE_OWN says of each: 0, acknowledged in a sync that has not come to its end; CONFIRMED, it has; else a position at
 * which the server certainly had it.
 */
#include "client/replica/exchange.h"
#include "client/replica/tables.h"
#include "common/base/fault.h"
#include "common/base/plant.h"
#include "common/monitor/heads.h"
#include "common/wire/codec.h"

static const uint64_t confirmed = UINT64_MAX;

void kept_note(struct txn *txn, struct arena *arena, const Ci__Edit *edit, bool late)
{
    struct bytes packed = codec_pack(edit, arena), id = bytes_from(edit->id);
    uint8_t value[8] = { 0 }, *room;

    if (!packed.data && txn->fault == 0)
        txn->fault = FAULT(FAULT_MEMORY, "out of memory for an edit that was sent");
    txn_put(txn, TABLE_OWN, id, bytes_of(value, sizeof value));
    room = txn_reserve(txn, TABLE_KEPT, id, 1 + packed.size);
    if (!room)
        return;
    room[0] = late;
    memcpy(room + 1, packed.data, packed.size);
}

/* ---- positions ---- */

static uint64_t own_position(struct txn *txn, struct bytes id)
{
    struct bytes value = txn_get(txn, TABLE_OWN, id);

    return value.size == 8 ? get_u64(value.data) : 0;
}

static bool is_position(uint64_t position)
{
    return position != 0 && position != confirmed;
}
static bool is_confirmed(uint64_t position)
{
    return position == confirmed;
}
static bool is_unconfirmed(uint64_t position)
{
    return position == 0;
}

/* The next of the table for whose position `fits` holds, from `id` on, which it becomes. */
static bool next_own(struct txn *txn, bool (*fits)(uint64_t position), uint8_t id[ID_BYTES])
{
    struct txn_cursor cursor;
    bool found = false;

    txn_cursor_open(&cursor, txn, TABLE_OWN, bytes_of(NULL, 0), bytes_of(id, ID_BYTES));
    while (!found && txn_cursor_next(&cursor))
        found = cursor.key.size == ID_BYTES && cursor.value.size == 8 && fits(get_u64(cursor.value.data));
    if (found)
        memcpy(id, cursor.key.data, ID_BYTES);
    txn_cursor_close(&cursor);
    return found;
}

static void change_positions(struct txn *txn, bool (*fits)(uint64_t position), uint64_t to)
{
    uint8_t id[ID_BYTES] = { 0 }, value[8];

    put_u64(value, to);
    while (next_own(txn, fits, id))
        txn_put(txn, TABLE_OWN, bytes_of(id, sizeof id), bytes_of(value, sizeof value));
}

/* The oldest first: an id begins with its time. */
static void forget_backed_up(struct txn *txn, uint64_t backed_up, uint64_t most)
{
    uint8_t from[ID_BYTES] = { 0 };
    bool more = backed_up > 0;

    for (uint64_t kept = txn_count(txn, TABLE_KEPT); more && kept > most; kept--) {
        struct txn_cursor cursor;

        txn_cursor_open(&cursor, txn, TABLE_KEPT, bytes_of(NULL, 0), bytes_of(from, sizeof from));
        do {
            more = txn_cursor_next(&cursor) && cursor.key.size == ID_BYTES;
            if (more)
                memcpy(from, cursor.key.data, ID_BYTES);
        } while (more && !(is_position(own_position(txn, bytes_of(from, sizeof from))) &&
                           (own_position(txn, bytes_of(from, sizeof from)) <= backed_up || PLANTED(FORGOTTEN_EARLY))));
        txn_cursor_close(&cursor);
        if (more)
            txn_delete(txn, TABLE_KEPT, bytes_of(from, sizeof from));
    }
}

/* Positions are of a history that was lost; all that is kept is to be offered, also after a sync that was cut. */
static void note_lost(struct txn *txn)
{
    change_positions(txn, is_position, confirmed);
    meta_put_number(txn, "lost", NULL, 1);
}

int exchange_note_journal(struct replica *replica, uint64_t head, uint64_t backed_up, bool lost)
{
    struct txn txn;

    TRY(txn_begin_write(&txn, replica->store));
    if (lost) {
        note_lost(&txn);
    } else if (head > 0 && meta_number(&txn, "lost", NULL) == 0) {
        change_positions(&txn, is_confirmed, head);
        forget_backed_up(&txn, backed_up, replica->kept_most);
    }
    meta_put_number(&txn, "backed_up", NULL, backed_up);
    return txn_commit(&txn);
}

int exchange_note_lost(struct replica *replica)
{
    struct txn txn;

    TRY(txn_begin_write(&txn, replica->store));
    note_lost(&txn);
    return txn_commit(&txn);
}

int exchange_complete(struct replica *replica, uint64_t server_ms, bool settled)
{
    struct txn txn;

    TRY(txn_begin_write(&txn, replica->store));
    if (settled)
        change_positions(&txn, is_unconfirmed, confirmed);
    meta_put_number(&txn, "complete_as_of", NULL, server_ms);
    return txn_commit(&txn);
}

/* ---- history ---- */

/* What goes into one offer. */
struct gathering {
    struct txn *txn;
    struct arena *arena, *scratch;
    Ci__OfferHistory *offer;
    size_t edits_max, bytes;
    bool all;
};

/*
 * What was confirmed and is no head any more was superseded by what the record holds. What a record here heads is there with it:
 * REPLICA_NONE. But after a loss it may be over there: the server had the record back from a home with something newer, and
 * knows this edit by its id alone. So then it is offered too, and judged as if it came now.
 */
static int find_fate(const struct gathering *gathering, Ci__PastEdit *past, bool late, bool was_confirmed)
{
    Ci__Record *record = NULL;
    int found = record_read(gathering->txn, gathering->scratch, past->edit->dossier, past->edit->key, &record);

    if (found < 0)
        return found;
    bool is_head = found == 0 && heads_hold(record, past->edit->id);
    bool is_past = found == 0 && heads_supersede(record, past->edit->id);

    if (is_head && !gathering->all)
        return REPLICA_NONE;
    past->fate = is_past                                   ? CI__PAST_EDIT__FATE__SUPERSEDED
                 : late                                    ? CI__PAST_EDIT__FATE__LATE
                 : found == 0 && was_confirmed && !is_head ? CI__PAST_EDIT__FATE__SUPERSEDED
                                                           : CI__PAST_EDIT__FATE__UNKNOWN;
    return 0;
}

/* REPLICA_NONE where it does not fit any more. */
static int gather_one(struct gathering *gathering, const struct txn_cursor *at)
{
    uint64_t position = own_position(gathering->txn, at->key);
    Ci__PastEdit *past = arena_alloc(gathering->arena, sizeof *past);
    int result;

    if (at->value.size == 0 || (!gathering->all && position != 0))
        return 0;
    if (gathering->offer->n_edits == gathering->edits_max ||
        (gathering->offer->n_edits > 0 && gathering->bytes + at->value.size > EXCHANGE_PUSH_BYTES))
        return REPLICA_NONE;
    if (!past)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    ci__past_edit__init(past);
    TRY(stored_unpack(&ci__edit__descriptor, bytes_of((const uint8_t *)at->value.data + 1, at->value.size - 1),
                      gathering->arena, &past->edit));
    arena_reset(gathering->scratch);
    result = find_fate(gathering, past, *(const uint8_t *)at->value.data != 0, position != 0);
    if (result != 0)
        return result == REPLICA_NONE ? 0 : result;
    gathering->bytes += at->value.size;
    gathering->offer->edits[gathering->offer->n_edits++] = past;
    return 0;
}

int exchange_history(struct replica *replica, struct arena *arena, size_t edits_max, uint8_t after[ID_BYTES],
                     Ci__OfferHistory *offer)
{
    enum { HISTORY_SCRATCH = 8 * 1024 * 1024 };
    CLEANUP(arena_free) struct arena *scratch = NULL;
    struct txn txn;
    struct txn_cursor cursor;
    int result = 0;

    TRY(arena_new(&scratch, HISTORY_SCRATCH));
    offer->edits = arena_alloc(arena, edits_max * sizeof *offer->edits);
    if (!offer->edits)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    TRY(txn_begin_read(&txn, replica->store));
    struct gathering gathering = { &txn, arena, scratch, offer, edits_max, 0, meta_number(&txn, "lost", NULL) != 0 };

    txn_cursor_open(&cursor, &txn, TABLE_KEPT, bytes_of(NULL, 0), bytes_of(after, ID_BYTES));
    while (result == 0 && txn_cursor_next(&cursor)) {
        if (memcmp(cursor.key.data, after, ID_BYTES) == 0)
            continue;
        result = gather_one(&gathering, &cursor);
        if (result == 0)
            memcpy(after, cursor.key.data, ID_BYTES);
    }
    txn_cursor_close(&cursor);
    if (result >= 0)
        result = txn.fault;
    txn_end(&txn);
    return result == 0 && offer->n_edits == 0 ? REPLICA_NONE : result;
}

void kept_confirm(struct txn *txn, const Ci__Edit *edit)
{
    uint8_t value[8];

    put_u64(value, confirmed);
    txn_put(txn, TABLE_OWN, bytes_from(edit->id), bytes_of(value, sizeof value));
}

void kept_drop(struct txn *txn, const Ci__Edit *edit)
{
    txn_delete(txn, TABLE_OWN, bytes_from(edit->id));
    txn_delete(txn, TABLE_KEPT, bytes_from(edit->id));
}

int exchange_lost(struct replica *replica, bool *lost)
{
    struct txn txn;

    TRY(txn_begin_read(&txn, replica->store));
    *lost = meta_number(&txn, "lost", NULL) != 0;
    txn_end(&txn);
    return txn.fault;
}

int exchange_history_end(struct replica *replica)
{
    struct txn txn;
    bool lost = false;

    TRY(exchange_lost(replica, &lost));
    if (!lost)
        return 0;
    TRY(txn_begin_write(&txn, replica->store));
    meta_delete(&txn, "lost", NULL);
    return txn_commit(&txn);
}
