/*
 * replica.c: opens the store and reads records from it. Knows nothing of edits in the making (write.c) nor of what a
 * server says (intake.c).
 */
#include "client/replica/replica.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/replica/tables.h"
#include "common/base/fault.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"

/* The catalogue and one municipality's dossier are a few megabytes; a central home holds all people besides. */
static const size_t map_bytes = sizeof(void *) > 4 ? (size_t)4 << 30 : (size_t)512 << 20;

static const char *const table_names[TABLE_COUNT] = { "meta",    "record",       "rivalled", "marked", "snapshot",
                                                      "details", "outbox",       "unsent",   "own",    "attention",
                                                      "figures", "attention_of", "history",  "shown",  "kept",
                                                      "receipt", "nameless",     "awaited" };

/* The incarnation is made once, with the replica. */
static int found(struct replica *replica)
{
    uint8_t incarnation[ID_BYTES];
    struct txn txn;

    TRY(txn_begin_read(&txn, replica->store));
    bool known = meta_get(&txn, "incarnation", NULL).size == ID_BYTES;
    int fault = txn.fault;

    txn_end(&txn);
    if (fault || known)
        return fault;
    random_bytes(incarnation, sizeof incarnation);
    TRY(txn_begin_write(&txn, replica->store));
    if (meta_get(&txn, "incarnation", NULL).size != ID_BYTES)
        meta_put(&txn, "incarnation", NULL, bytes_of(incarnation, sizeof incarnation));
    return txn_commit(&txn);
}

int replica_open(struct replica **out, const char *home_path, const struct clock *clock)
{
    char path[PATH_MAX];
    CLEANUP(replica_close) struct replica *replica = calloc(1, sizeof *replica);

    if (!replica || snprintf(path, sizeof path, "%s/replica", home_path) >= PATH_MAX)
        return FAULT(FAULT_MEMORY, "no memory for the replica, or the path of the home is too long");
    const struct store_options options = {
        .path = path, .map_bytes = map_bytes, .durable = true, .tables = table_names, .table_count = TABLE_COUNT
    };

    replica->clock = clock;
    replica->kept_most = KEPT_EDITS;
    TRY(store_open(&replica->store, &options));
    store_check_readers(replica->store);
    TRY(found(replica));
    *out = TAKE(&replica);
    return 0;
}

struct replica *replica_close(struct replica *replica)
{
    if (replica)
        store_close(replica->store);
    free(replica);
    return NULL;
}

struct key record_table_key(const char *dossier, const char *key)
{
    struct key out;

    key_init(&out);
    key_add_text(&out, dossier);
    key_add_text(&out, key);
    return out;
}

struct key unsent_table_key(const char *dossier, const char *key, uint64_t number)
{
    struct key out = record_table_key(dossier, key);

    key_add_u64(&out, number);
    return out;
}

struct key number_table_key(uint64_t number)
{
    struct key out;

    key_init(&out);
    key_add_u64(&out, number);
    return out;
}

static struct key meta_key(const char *name, const char *dossier)
{
    return record_table_key(name, dossier ? dossier : "");
}

struct bytes meta_get(struct txn *txn, const char *name, const char *dossier)
{
    struct key key = meta_key(name, dossier);

    return txn_get(txn, TABLE_META, key_bytes(&key));
}

void meta_put(struct txn *txn, const char *name, const char *dossier, struct bytes value)
{
    struct key key = meta_key(name, dossier);

    txn_put(txn, TABLE_META, key_bytes(&key), value);
}

void meta_delete(struct txn *txn, const char *name, const char *dossier)
{
    struct key key = meta_key(name, dossier);

    txn_delete(txn, TABLE_META, key_bytes(&key));
}

uint64_t meta_number(struct txn *txn, const char *name, const char *dossier)
{
    struct bytes value = meta_get(txn, name, dossier);

    return value.size == 8 ? get_u64(value.data) : 0;
}

void meta_put_number(struct txn *txn, const char *name, const char *dossier, uint64_t number)
{
    uint8_t value[8];

    put_u64(value, number);
    meta_put(txn, name, dossier, bytes_of(value, sizeof value));
}

int stored_unpack(const ProtobufCMessageDescriptor *descriptor, struct bytes packed, struct arena *arena, void *out)
{
    switch (codec_unpack(descriptor, packed, arena, out)) {
    case 0: return 0;
    case CODEC_TOO_COMPLEX: return FAULT(FAULT_MEMORY, "too much at once for the memory of one command");
    default: return FAULT(FAULT_CORRUPT, "the replica holds a %s that cannot be read", descriptor->short_name);
    }
}

int record_read(struct txn *txn, struct arena *arena, const char *dossier, const char *key, Ci__Record **record)
{
    struct key at = record_table_key(dossier, key);
    struct bytes packed = txn_get(txn, TABLE_RECORD, key_bytes(&at));
    Ci__SealedRecord *sealed = NULL;

    if (txn->fault)
        return txn->fault;
    if (!packed.data)
        return REPLICA_NONE;
    TRY(stored_unpack(&ci__sealed_record__descriptor, packed, arena, &sealed));
    TRY(stored_unpack(&ci__record__descriptor, bytes_from(sealed->record), arena, record));
    return (*record)->standing ? 0 : FAULT(FAULT_CORRUPT, "the replica holds a record of %s without an edit", key);
}

int replica_record(struct replica *replica, struct arena *arena, const char *dossier, const char *key,
                   Ci__Record **record)
{
    struct txn txn;

    TRY(txn_begin_read(&txn, replica->store));
    int result = record_read(&txn, arena, dossier, key, record);

    txn_end(&txn);
    return result;
}

int replica_details(struct replica *replica, struct arena *arena, const char *person, Ci__PersonDetails **details)
{
    struct txn txn;

    TRY(txn_begin_read(&txn, replica->store));
    struct bytes packed = txn_get(&txn, TABLE_DETAILS, bytes_of(person, strlen(person)));
    int result = txn.fault;

    if (result == 0)
        result = packed.data ? stored_unpack(&ci__person_details__descriptor, packed, arena, details) : REPLICA_NONE;
    txn_end(&txn);
    return result;
}

/* The value of the word on a catalogue key; REPLICA_NONE where there is none, or it was taken away. */
static int catalogue_value(struct replica *replica, struct arena *arena, const char *key, struct bytes *value)
{
    Ci__Edit *edit = NULL;
    int result = key ? replica_word(replica, arena, "NL", key, &edit, NULL) : FAULT(FAULT_MEMORY, "out of memory");

    if (result != 0)
        return result;
    if (edit->cleared)
        return REPLICA_NONE;
    *value = bytes_from(edit->value);
    return 0;
}

int replica_round(struct replica *replica, struct arena *arena, const char *round, Ci__Round **message)
{
    struct bytes value;
    struct record_key parsed;
    const char *key = arena_format(arena, "round/%.64s", round);

    if (key && !record_key_parse(key, &parsed))
        return REPLICA_NONE;
    int result = catalogue_value(replica, arena, key, &value);

    return result != 0 ? result : stored_unpack(&ci__round__descriptor, value, arena, message);
}

int replica_questionnaire(struct replica *replica, const char *round, struct questionnaire **questionnaire)
{
    enum { ROUND_ARENA = 4 * 1024 * 1024 };
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Round *message = NULL;
    struct bytes packed;
    char reason[160];

    TRY(arena_new(&arena, ROUND_ARENA));
    int result = replica_round(replica, arena, round, &message);

    if (result == 0)
        result =
            catalogue_value(replica, arena, arena_format(arena, "questionnaire/%s", message->questionnaire), &packed);
    if (result != 0)
        return result;
    result = questionnaire_new(questionnaire, packed, reason, sizeof reason);
    return result == QUESTIONNAIRE_INVALID
               ? FAULT(FAULT_CORRUPT, "the questionnaire of %s is not sound: %s", round, reason)
               : result;
}
