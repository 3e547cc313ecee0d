/*
 * healing.c: what this home holds that a server may have lost: places of records to ask about, sealed records to give back,
 * and what becomes of a record that the server will not have. Knows nothing of own edits (kept.c).
 */
#include "client/replica/exchange.h"
#include "client/replica/tables.h"
#include "common/base/fault.h"
#include "common/base/plant.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"
#include "common/wire/limits.h"

enum { HEAL_SLACK_BYTES = 160 }; /* beside a record's own bytes: dossier, key, seal */

/* ---- what to ask ---- */

int exchange_asks_all(struct replica *replica, const char *dossier, bool *all)
{
    struct txn txn;

    TRY(txn_begin_read(&txn, replica->store));
    *all = !meta_get(&txn, "cursor", dossier).data || meta_get(&txn, "snapshot", dossier).data ||
           txn_count(&txn, TABLE_MARKED) > EXCHANGE_MARKED_MAX;
    int fault = txn.fault;

    txn_end(&txn);
    return fault;
}

static int add_place(Ci__Heal *heal, const char *key, struct bytes packed, struct arena *scratch, struct arena *arena)
{
    Ci__MarkedPlace *row = arena_alloc(arena, sizeof *row);
    Ci__SealedRecord *sealed = NULL;
    Ci__Record *record = NULL;

    arena_reset(scratch);
    TRY(stored_unpack(&ci__sealed_record__descriptor, packed, scratch, &sealed));
    TRY(stored_unpack(&ci__record__descriptor, bytes_from(sealed->record), scratch, &record));
    if (!row || !record->place)
        return row ? FAULT(FAULT_CORRUPT, "the replica holds a record of %s without its place", key)
                   : FAULT(FAULT_MEMORY, "out of memory for a request");
    ci__marked_place__init(row);
    row->key = arena_string(arena, key);
    row->place = arena_alloc(arena, sizeof *row->place);
    if (!row->key || !row->place)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    ci__place__init(row->place);
    row->place->position = record->place->position;
    row->place->hash.len = record->place->hash.len;
    row->place->hash.data = arena_copy(arena, record->place->hash.data, record->place->hash.len);
    if (!row->place->hash.data)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    heal->places[heal->n_places++] = row;
    return 0;
}

int exchange_places(struct replica *replica, struct arena *arena, const char *dossier, const char *after,
                    Ci__Heal *heal)
{
    enum { PLACE_SCRATCH = 8 * 1024 * 1024 };
    CLEANUP(arena_free) struct arena *scratch = NULL;
    struct key prefix, from = record_table_key(dossier, after);
    struct txn_cursor cursor;
    struct txn txn;
    int result = 0;

    key_init(&prefix);
    key_add_text(&prefix, dossier);
    if (after[0])
        key_add_bytes(&from, "", 1); /* the least key that is greater */
    TRY(arena_new(&scratch, PLACE_SCRATCH));
    heal->places = arena_alloc(arena, EXCHANGE_MARKED_MAX * sizeof *heal->places);
    if (!heal->places)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    TRY(txn_begin_read(&txn, replica->store));
    txn_cursor_open(&cursor, &txn, TABLE_RECORD, key_bytes(&prefix), key_bytes(&from));
    while (result == 0 && heal->n_places < EXCHANGE_MARKED_MAX && txn_cursor_next(&cursor))
        result = add_place(heal, (const char *)cursor.key.data + prefix.size, cursor.value, scratch, arena);
    txn_cursor_close(&cursor);
    if (result == 0)
        result = txn.fault;
    txn_end(&txn);
    return result == 0 && heal->n_places == 0 ? REPLICA_NONE : result;
}

/* ---- what to give back ---- */

static int sealed_read(struct txn *txn, struct arena *arena, const char *dossier, const char *key,
                       Ci__SealedRecord **sealed)
{
    struct key at = record_table_key(dossier, key);
    struct bytes packed = txn_get(txn, TABLE_RECORD, key_bytes(&at));

    if (txn->fault || !packed.data)
        return txn->fault ? txn->fault : REPLICA_NONE;
    return stored_unpack(&ci__sealed_record__descriptor, packed, arena, sealed);
}

int exchange_sealed(struct replica *replica, struct arena *arena, const char *dossier, const char *key,
                    Ci__SealedRecord **sealed)
{
    struct txn txn;

    TRY(txn_begin_read(&txn, replica->store));
    int result = sealed_read(&txn, arena, dossier, key, sealed);

    txn_end(&txn);
    return result;
}

/* What an offer holds so far. */
struct offer {
    Ci__Heal *heal;
    size_t bytes, heads, records_max;
};

/* REPLICA_NONE where it does not fit any more. */
static int offer_one(struct offer *offer, struct txn *txn, struct arena *arena, const char *key)
{
    Ci__SealedRecord *sealed = NULL;
    Ci__Record *record = NULL;
    int result = sealed_read(txn, arena, offer->heal->dossier, key, &sealed);

    if (result != 0)
        return result == REPLICA_NONE ? 0 : result;
    TRY(stored_unpack(&ci__record__descriptor, bytes_from(sealed->record), arena, &record));
    offer->bytes += sealed->record.len + HEAL_SLACK_BYTES;
    offer->heads += 1 + record->n_rivals;
    if (offer->heal->n_records > 0 && (offer->bytes > EXCHANGE_PUSH_BYTES || offer->heads > HEAL_HEADS_MAX ||
                                       offer->heal->n_records == offer->records_max))
        return REPLICA_NONE;
    offer->heal->records[offer->heal->n_records++] = sealed;
    return 0;
}

int exchange_offer(struct replica *replica, struct arena *arena, char *const *keys, size_t count, size_t records_max,
                   size_t *taken, Ci__Heal *heal)
{
    struct offer offer = { .heal = heal, .records_max = records_max };
    struct txn txn;
    int result = 0;

    *taken = 0;
    heal->records = arena_alloc(arena, HEAL_HEADS_MAX * sizeof *heal->records);
    if (!heal->records)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    TRY(txn_begin_read(&txn, replica->store));
    while (*taken < count && (result = offer_one(&offer, &txn, arena, keys[*taken])) == 0)
        ++*taken;
    txn_end(&txn);
    return result < 0 ? result : 0;
}

int exchange_note_nameless(struct replica *replica, char *const *persons, size_t count)
{
    struct txn txn;

    TRY(txn_begin_write(&txn, replica->store));
    for (size_t i = 0; i < count; i++) {
        struct bytes id = bytes_of(persons[i], strlen(persons[i]));

        if (id.size > 0 && id.size <= RECORD_KEY_MAX && txn_get(&txn, TABLE_DETAILS, id).data)
            txn_put(&txn, TABLE_NAMELESS, id, bytes_of("", 0));
    }
    return txn_commit(&txn);
}

static int add_details(struct txn *txn, struct arena *arena, struct bytes person, Ci__Heal *heal)
{
    struct bytes packed = txn_get(txn, TABLE_DETAILS, person);

    if (txn->fault || !packed.data)
        return txn->fault;
    return stored_unpack(&ci__person_details__descriptor, packed, arena, &heal->details[heal->n_details++]);
}

int exchange_details(struct replica *replica, struct arena *arena, Ci__Heal *heal)
{
    struct txn_cursor cursor;
    struct txn txn;
    int result = 0;

    heal->dossier = (char *)(uintptr_t) "NL";
    heal->details = arena_alloc(arena, HEAL_DETAILS_MAX * sizeof *heal->details);
    if (!heal->details)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    TRY(txn_begin_read(&txn, replica->store));
    txn_cursor_open(&cursor, &txn, TABLE_NAMELESS, bytes_of(NULL, 0), bytes_of(NULL, 0));
    while (result == 0 && heal->n_details < HEAL_DETAILS_MAX && txn_cursor_next(&cursor))
        result = add_details(&txn, arena, cursor.key, heal);
    txn_cursor_close(&cursor);
    if (result == 0)
        result = txn.fault;
    txn_end(&txn);
    return result == 0 && heal->n_details == 0 ? REPLICA_NONE : result;
}

/* ---- what came of it ---- */

/* Once: where it still has no name for one of them, the next pull of that record says so. */
static int details_given(struct replica *replica, const Ci__Heal *heal)
{
    struct txn txn;

    TRY(txn_begin_write(&txn, replica->store));
    for (size_t i = 0; i < heal->n_details; i++)
        txn_delete(&txn, TABLE_NAMELESS, bytes_of(heal->details[i]->person, strlen(heal->details[i]->person)));
    return txn_commit(&txn);
}

/*
 * Its heads go to the tray with the reason; the record goes, so that what the server has can take its place. Where that is here
 * already, since the answer comes again, there is nothing to do.
 */
static int park(struct txn *txn, struct arena *arena, const Ci__SealedRecord *sealed, const Ci__Error *error)
{
    struct key key = record_table_key(sealed->dossier, sealed->key);
    Ci__SealedRecord *here = NULL;
    Ci__Record *record = NULL;
    int found = sealed_read(txn, arena, sealed->dossier, sealed->key, &here);

    if (found != 0)
        return found == REPLICA_NONE ? 0 : found;
    if (!bytes_equal(bytes_from(here->record), bytes_from(sealed->record)))
        return 0;
    TRY(stored_unpack(&ci__record__descriptor, bytes_from(sealed->record), arena, &record));
    attention_add(txn, arena, record->standing, error);
    for (size_t i = 0; i < record->n_rivals && !PLANTED(REFUSED_RIVALS_GONE); i++)
        attention_add(txn, arena, record->rivals[i], error);
    txn_delete(txn, TABLE_RECORD, key_bytes(&key));
    txn_delete(txn, TABLE_RIVALLED, key_bytes(&key));
    txn_delete(txn, TABLE_MARKED, key_bytes(&key));
    return txn->fault;
}

int exchange_park_record(struct replica *replica, struct arena *arena, const Ci__SealedRecord *sealed,
                         const Ci__Error *error)
{
    struct txn txn;

    TRY(txn_begin_write(&txn, replica->store));
    int result = park(&txn, arena, sealed, error);

    if (result == 0)
        return txn_commit(&txn);
    txn_end(&txn);
    return result;
}

int exchange_healed(struct replica *replica, struct arena *arena, const Ci__Heal *heal, const Ci__HealReply *reply)
{
    if (reply->n_results != heal->n_records)
        return FAULT(FAULT_INVALID, "the server's answer does not fit (results of a heal): update the program");
    for (size_t i = 0; i < reply->n_results; i++)
        if (reply->results[i]->outcome == CI__HEAL_RESULT__OUTCOME__REFUSED && reply->results[i]->error)
            TRY(exchange_park_record(replica, arena, heal->records[i], reply->results[i]->error));
    return heal->n_details > 0 ? details_given(replica, heal) : 0;
}
