/*
 * intake.c: what comes from the server, each message stored in one durable commit: acknowledgements and refusals, pages
 * of records, and the cursor last. What cannot be understood changes nothing.
 */
#include "client/replica/exchange.h"
#include "client/replica/tables.h"
#include "common/base/digest.h"
#include "common/base/fault.h"
#include "common/base/plant.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"
#include "common/wire/error.h"

static int end(struct txn *txn, int result)
{
    if (result == 0)
        return txn_commit(txn);
    txn_end(txn);
    return result;
}

static int unfit(const char *what)
{
    return FAULT(FAULT_INVALID, "the server's answer does not fit (%s): update the program", what);
}

/* What a sealed record holds, once everything about it that we rely on was checked. */
static int open_record(const Ci__SealedRecord *sealed, struct arena *arena, Ci__Record **record)
{
    struct record_key key;

    if (!sealed || strlen(sealed->dossier) > DOSSIER_MAX || !record_key_parse(sealed->key, &key))
        return unfit("a record's key");
    if (CODEC_UNPACK(ci__record, bytes_from(sealed->record), arena, record) != 0 || !(*record)->standing ||
        !(*record)->place)
        return unfit("a record");
    return 0;
}

/* ---- push ---- */

static Ci__Error *reason_of(const Ci__PushResult *result, struct arena *arena)
{
    if (result->error)
        return result->error;
    return error_new(arena, result->outcome == CI__PUSH_RESULT__OUTCOME__LATE ? ERROR_ROUND_CLOSED : ERROR_INVALID,
                     NULL, NULL);
}

static enum edit_fate fate_of(Ci__PushResult__Outcome outcome)
{
    switch (outcome) {
    case CI__PUSH_RESULT__OUTCOME__STANDS: return FATE_STANDS;
    case CI__PUSH_RESULT__OUTCOME__RIVAL: return FATE_RIVAL;
    case CI__PUSH_RESULT__OUTCOME__AGREED: return FATE_AGREED;
    case CI__PUSH_RESULT__OUTCOME__SUPERSEDED: return FATE_SUPERSEDED;
    case CI__PUSH_RESULT__OUTCOME__LATE: return FATE_LATE;
    default: return FATE_REFUSED;
    }
}

/* Of two acknowledged in one push the later is the word. What is late or over is nobody's word. */
static bool is_word(Ci__PushResult__Outcome outcome)
{
    return outcome == CI__PUSH_RESULT__OUTCOME__STANDS || outcome == CI__PUSH_RESULT__OUTCOME__RIVAL ||
           outcome == CI__PUSH_RESULT__OUTCOME__AGREED;
}

static bool is_of(const Ci__SealedRecord *sealed, const Ci__Edit *edit)
{
    return strcmp(sealed->key, edit->key) == 0 && strcmp(sealed->dossier, edit->dossier) == 0;
}

static bool brings_record(const Ci__PushReply *reply, const Ci__Edit *edit)
{
    for (size_t i = 0; i < reply->n_records; i++)
        if (is_of(reply->records[i], edit))
            return true;
    return false;
}

static void take_result(struct txn *txn, struct arena *arena, const Ci__NumberedEdit *sent,
                        const Ci__PushResult *result, bool with_record)
{
    bool refused = result->outcome == CI__PUSH_RESULT__OUTCOME__REFUSED;
    bool late = result->outcome == CI__PUSH_RESULT__OUTCOME__LATE;
    const Ci__Error *reason = refused || late ? reason_of(result, arena) : NULL;

    if (!refused)
        kept_note(txn, arena, sent->edit, late);
    if (is_word(result->outcome) && !with_record)
        word_await(txn, arena, sent->edit); /* it did not fit, and comes with a pull */
    if (reason)
        attention_add(txn, arena, sent->edit, reason);
    else
        attention_settle(txn, arena, sent->edit);
    history_note(txn, arena, sent->edit, fate_of(result->outcome), reason);
    outbox_remove(txn, sent->number, sent->edit);
}

static bool answers(const Ci__PushReply *reply, const Ci__Push *push)
{
    bool fits = reply->n_results == push->n_edits;

    for (size_t i = 0; fits && i < push->n_edits; i++)
        fits = bytes_equal(bytes_from(reply->results[i]->edit), bytes_from(push->edits[i]->edit->id));
    return fits;
}

/* Beside a push come the records that it is about: for what others wrote there is pull, which knows where it is. */
static bool is_about(const Ci__SealedRecord *sealed, const Ci__Push *push)
{
    for (size_t i = 0; i < push->n_edits; i++)
        if (is_of(sealed, push->edits[i]->edit))
            return true;
    return false;
}

/* Not so: the answer was taken in before, and what is here by now may be newer. */
static bool is_awaited(struct txn *txn, struct arena *arena, const Ci__Push *push)
{
    return push->n_edits == 0 || outbox_holds(txn, arena, push->edits[0]);
}

int exchange_pushed(struct replica *replica, struct arena *arena, const Ci__Push *push, const Ci__PushReply *reply)
{
    struct txn txn;
    int result = 0;

    if (!answers(reply, push))
        return unfit("results of a push");
    TRY(txn_begin_write(&txn, replica->store));
    if (!is_awaited(&txn, arena, push))
        return end(&txn, txn.fault);
    for (size_t i = 0; i < push->n_edits; i++)
        take_result(&txn, arena, push->edits[i], reply->results[i], brings_record(reply, push->edits[i]->edit));
    for (size_t i = 0; result == 0 && i < reply->n_records; i++) {
        Ci__Record *record = NULL;

        result = open_record(reply->records[i], arena, &record);
        if (result == 0 && !is_about(reply->records[i], push))
            result = unfit("a record that was not pushed");
        if (result == 0)
            record_store(&txn, arena, reply->records[i], record);
    }
    return end(&txn, result);
}

int exchange_park(struct replica *replica, struct arena *arena, const Ci__NumberedEdit *edit, const Ci__Error *error)
{
    struct txn txn;

    TRY(txn_begin_write(&txn, replica->store));
    attention_add(&txn, arena, edit->edit, error);
    history_note(&txn, arena, edit->edit, FATE_REFUSED, error);
    outbox_remove(&txn, edit->number, edit->edit);
    return txn_commit(&txn);
}

/* ---- offer_history ---- */

/* The server had accepted it, and does not now: its author hears of it, as of one that was refused at once. */
static void take_refusal(struct txn *txn, struct arena *arena, const Ci__Edit *edit, const Ci__PushResult *result)
{
    const Ci__Error *reason = reason_of(result, arena);

    attention_add(txn, arena, edit, reason);
    history_note(txn, arena, edit, FATE_REFUSED, reason);
    kept_drop(txn, edit);
}

int exchange_history_offered(struct replica *replica, struct arena *arena, const Ci__OfferHistory *offer,
                             const Ci__OfferHistoryReply *reply)
{
    struct txn txn;

    if (reply->n_results != offer->n_edits)
        return unfit("results of an offer");
    TRY(txn_begin_write(&txn, replica->store));
    for (size_t i = 0; i < offer->n_edits; i++)
        if (reply->results[i]->outcome == CI__PUSH_RESULT__OUTCOME__REFUSED)
            take_refusal(&txn, arena, offer->edits[i]->edit, reply->results[i]);
        else
            kept_confirm(&txn, offer->edits[i]->edit);
    return end(&txn, txn.fault);
}

/* ---- pull ---- */

int exchange_cursor(struct replica *replica, struct arena *arena, const char *dossier, struct bytes *cursor)
{
    struct txn txn;

    TRY(txn_begin_read(&txn, replica->store));
    struct bytes value = meta_get(&txn, "cursor", dossier);
    struct bytes copy = bytes_of(arena_copy(arena, value.data, value.size), value.size);
    int fault = txn.fault;

    txn_end(&txn);
    if (fault == 0 && !copy.data)
        fault = FAULT(FAULT_MEMORY, "out of memory for a request");
    if (fault == 0)
        *cursor = copy;
    return fault;
}

int exchange_forget_cursor(struct replica *replica, const char *dossier)
{
    struct txn txn;

    TRY(txn_begin_write(&txn, replica->store));
    meta_delete(&txn, "cursor", dossier);
    return txn_commit(&txn);
}

/* The person's id behind "person/", or NULL for other keys. */
static const char *person_of(const char *key)
{
    return strncmp(key, "person/", 7) == 0 ? key + 7 : NULL;
}

static bool is_erased(const Ci__Record *record, struct arena *arena)
{
    Ci__Person *person = NULL;

    return record->standing->cleared ||
           (CODEC_UNPACK(ci__person, bytes_from(record->standing->value), arena, &person) == 0 &&
            person->state == CI__PERSON__STATE__ERASED);
}

/* Only who was erased comes without details on purpose. Else the server has lost them: they stay, and it gets them back. */
static void store_details(struct txn *txn, struct arena *arena, const char *key, const Ci__Record *record,
                          const Ci__PersonDetails *details)
{
    const char *person = person_of(key);

    if (!person)
        return;
    struct bytes id = bytes_of(person, strlen(person)),
                 packed = details ? codec_pack(details, arena) : (struct bytes){ 0 };

    if (packed.data)
        txn_put(txn, TABLE_DETAILS, id, packed);
    else if (!details && is_erased(record, arena))
        txn_delete(txn, TABLE_DETAILS, id);
    if (!details && txn_get(txn, TABLE_DETAILS, id).data)
        txn_put(txn, TABLE_NAMELESS, id, bytes_of("", 0));
    else
        txn_delete(txn, TABLE_NAMELESS, id);
}

/* Deletes every key of the dossier in the table. */
static void clear_dossier(struct txn *txn, unsigned table, const char *dossier)
{
    struct key prefix, key;
    bool more = true;

    key_init(&prefix);
    key_add_text(&prefix, dossier);
    while (more) {
        struct txn_cursor cursor;

        key_init(&key);
        txn_cursor_open(&cursor, txn, table, key_bytes(&prefix), bytes_of(NULL, 0));
        more = txn_cursor_next(&cursor);
        if (more)
            key_add_bytes(&key, cursor.key.data, cursor.key.size);
        txn_cursor_close(&cursor);
        if (more)
            txn_delete(txn, table, key_bytes(&key));
    }
}

static void drop_record(struct txn *txn, const struct key *key, const char *text)
{
    txn_delete(txn, TABLE_RECORD, key_bytes(key));
    txn_delete(txn, TABLE_RIVALLED, key_bytes(key));
    if (person_of(text)) {
        struct bytes id = bytes_of(person_of(text), strlen(person_of(text)));

        txn_delete(txn, TABLE_DETAILS, id);
        txn_delete(txn, TABLE_NAMELESS, id);
    }
}

/* What the snapshot did not bring is gone. Unsent edits are not records: they stay. */
static void drop_unseen(struct txn *txn, const char *dossier)
{
    struct key prefix, key, from;
    bool more = true;

    key_init(&prefix);
    key_add_text(&prefix, dossier);
    from = prefix;
    while (more) {
        struct txn_cursor cursor;

        key_init(&key);
        txn_cursor_open(&cursor, txn, TABLE_RECORD, key_bytes(&prefix), key_bytes(&from));
        more = txn_cursor_next(&cursor);
        if (more)
            key_add_bytes(&key, cursor.key.data, cursor.key.size);
        txn_cursor_close(&cursor);
        if (!more)
            break;
        if (!txn_get(txn, TABLE_SNAPSHOT, key_bytes(&key)).data)
            drop_record(txn, &key, (const char *)key.bytes + prefix.size);
        from = key;
        key_add_bytes(&from, "", 1); /* the least key that is greater */
    }
}

/*
 * A snapshot's pages come in order of place. A page that does not go on from the last one begins the snapshot anew, and
 * what was noted of the one before no longer counts.
 */
static int begin_snapshot_page(struct txn *txn, struct arena *arena, const char *dossier, const Ci__FeedItem *first)
{
    Ci__Record *record = NULL;

    TRY(open_record(first->record, arena, &record));
    if (record->place->position <= meta_number(txn, "snapshot", dossier))
        clear_dossier(txn, TABLE_SNAPSHOT, dossier);
    return 0;
}

static int store_item(struct txn *txn, struct arena *arena, const char *dossier, const Ci__FeedItem *item,
                      bool snapshot, uint64_t *place)
{
    Ci__Record *record = NULL;

    TRY(open_record(item->record, arena, &record));
    if (strcmp(item->record->dossier, dossier) != 0)
        return unfit("a record of another dossier");
    *place = record->place->position;
    record_store(txn, arena, item->record, record);
    store_details(txn, arena, item->record->key, record, item->details);
    if (snapshot) {
        struct key key = record_table_key(dossier, item->record->key);

        txn_put(txn, TABLE_SNAPSHOT, key_bytes(&key), bytes_of("", 0));
    }
    return txn->fault;
}

static int store_page(struct txn *txn, struct arena *arena, const char *dossier, const Ci__PullReply *page)
{
    uint64_t last = 0;

    if (page->snapshot && page->n_items > 0)
        TRY(begin_snapshot_page(txn, arena, dossier, page->items[0]));
    for (size_t i = 0; i < page->n_items; i++)
        TRY(store_item(txn, arena, dossier, page->items[i], page->snapshot, &last));
    if (page->snapshot && page->n_items > 0)
        meta_put_number(txn, "snapshot", dossier, last);
    if (page->complete) {
        if (page->snapshot)
            drop_unseen(txn, dossier);
        clear_dossier(txn, TABLE_SNAPSHOT, dossier);
        clear_dossier(txn, TABLE_MARKED, dossier);
        clear_dossier(txn, TABLE_AWAITED, dossier); /* it came, or is over */
        meta_delete(txn, "snapshot", dossier);
    }
    meta_put(txn, "cursor", dossier, bytes_from(page->cursor));
    return txn->fault;
}

int exchange_pulled(struct replica *replica, struct arena *arena, const char *dossier, const Ci__PullReply *page)
{
    enum { CURSOR_BYTES_MAX = 128 };
    struct txn txn;

    if (page->cursor.len > CURSOR_BYTES_MAX || strlen(dossier) > DOSSIER_MAX)
        return unfit("a cursor");
    if (PLANTED(CURSOR_FIRST)) {
        TRY(txn_begin_write(&txn, replica->store));
        meta_put(&txn, "cursor", dossier, bytes_from(page->cursor));
        TRY(txn_commit(&txn));
    }
    TRY(txn_begin_write(&txn, replica->store));
    return end(&txn, store_page(&txn, arena, dossier, page));
}
