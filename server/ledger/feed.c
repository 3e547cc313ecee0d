/*
 * feed.c: TABLE_FEED and TABLE_PLACE, scope, and seals. Knows nothing of cursors (cursor.c) or of how edits became records.
 */
#include "server/ledger/feed.h"

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/plant.h"
#include "common/monitor/record_key.h"
#include "common/store/keys.h"
#include "common/wire/codec.h"
#include "server/ledger/details.h"
#include "server/ledger/records.h"
#include "server/ledger/tables.h"

enum { SCRATCH_BYTES = 16 * 1024 * 1024 }; /* a record of 900 KiB, unpacked */

static struct key feed_key(const char *dossier, uint64_t position)
{
    struct key key;

    key_init(&key);
    key_add_text(&key, dossier);
    key_add_u64(&key, position);
    return key;
}

void feed_move(struct txn *txn, const char *dossier, uint64_t before, uint64_t after, const char *key)
{
    struct key old = feed_key(dossier, before), new = feed_key(dossier, after);

    if (before)
        txn_delete(txn, TABLE_FEED, key_bytes(&old));
    txn_put(txn, TABLE_FEED, key_bytes(&new), bytes_of(key, strlen(key) + 1));
}

uint64_t feed_newest(struct txn *txn, const char *dossier)
{
    struct key prefix;
    struct bytes key, value;

    key_init(&prefix);
    key_add_text(&prefix, dossier);
    return txn_last(txn, TABLE_FEED, key_bytes(&prefix), &key, &value)
               ? get_u64((const uint8_t *)key.data + key.size - sizeof(uint64_t))
               : 0;
}

static struct key place_key(uint64_t position)
{
    struct key key;

    key_init(&key);
    key_add_u64(&key, position);
    return key;
}

void place_put(struct txn *txn, const struct journal_head *at)
{
    struct key key = place_key(at->position);

    txn_append(txn, TABLE_PLACE, key_bytes(&key), bytes_of(at->hash, PLACE_HASH_BYTES));
}

bool place_find(struct txn *txn, uint64_t position, uint8_t hash[PLACE_HASH_BYTES])
{
    struct key key = place_key(position);
    struct bytes value = position ? txn_get(txn, TABLE_PLACE, key_bytes(&key)) : bytes_of(NULL, 0);

    memset(hash, 0, PLACE_HASH_BYTES);
    if (value.size == PLACE_HASH_BYTES)
        memcpy(hash, value.data, PLACE_HASH_BYTES);
    return position == 0 || value.size == PLACE_HASH_BYTES;
}

bool place_is_known(struct txn *txn, uint64_t position, const uint8_t hash[PLACE_HASH_BYTES])
{
    uint8_t known[PLACE_HASH_BYTES];

    return place_find(txn, position, known) &&
           (PLANTED(HASHES_UNCOMPARED) || memcmp(known, hash, PLACE_HASH_BYTES) == 0);
}

void scope_digest(const struct principal *principal, uint8_t digest[SCOPE_BYTES])
{
    struct bytes parts[3 + PRINCIPAL_AREAS_MAX];
    uint8_t role[1] = { (uint8_t)principal->role }, whole[DIGEST_BYTES];
    size_t count = 0;

    parts[count++] = bytes_of("scope1", 7);
    parts[count++] = bytes_of(role, 1);
    parts[count++] = bytes_of(principal->person, strlen(principal->person) + 1);
    for (size_t i = 0; i < principal->area_count; i++)
        parts[count++] = bytes_of(principal->areas[i], strlen(principal->areas[i]) + 1);
    digest_parts(whole, parts, count);
    memcpy(digest, whole, SCOPE_BYTES);
}

/* A candidate for the page: a record of NL, or of the own municipality. */
struct candidate {
    const char *key;
    const Ci__Record *record;
    struct record_key parts;
    const Ci__Person *person; /* of person records */
};

static int read_person(struct candidate *candidate, struct arena *arena)
{
    if (strcmp(candidate->parts.kind, "person") != 0 || candidate->record->standing->cleared)
        return 0;
    return stored_unpack(&ci__person__descriptor, bytes_from(candidate->record->standing->value), arena,
                         (ProtobufCMessage **)&candidate->person);
}

static bool is_own_install(struct txn *txn, const struct principal *principal, const char *install, struct arena *arena)
{
    char *key = arena_format(arena, "install/%s", install);
    Ci__Install *value = NULL;

    return key && RECORD_VALUE(txn, "NL", key, ci__install, arena, &value) == 0 &&
           strcmp(value->person, principal->person) == 0;
}

static bool sees_person(const struct principal *principal, const struct candidate *candidate)
{
    const char *own = principal_municipality(principal);

    if (strcmp(candidate->parts.first, principal->person) == 0 || PLANTED(PERSONS_OF_OTHERS))
        return true;
    return own && candidate->person && candidate->person->n_areas == 1 && strcmp(candidate->person->areas[0], own) == 0;
}

static bool sees(struct txn *txn, const struct principal *principal, const struct candidate *candidate,
                 struct arena *arena)
{
    const char *kind = candidate->parts.kind;

    if (principal->role == CI__ROLE__ROLE_CENTRAL || principal->role == CI__ROLE__ROLE_AUDITOR)
        return true;
    if (strcmp(kind, "area") == 0 || strcmp(kind, "questionnaire") == 0 || strcmp(kind, "round") == 0 ||
        strcmp(kind, "release") == 0)
        return true;
    if (strcmp(kind, "person") == 0)
        return sees_person(principal, candidate);
    if (strcmp(kind, "revocation") == 0 && strcmp(candidate->parts.first, principal->person) == 0)
        return true;
    return (strcmp(kind, "install") == 0 || strcmp(kind, "revocation") == 0) &&
           is_own_install(txn, principal, candidate->parts.first, arena);
}

bool feed_sees(struct txn *txn, const struct principal *principal, const char *key, const Ci__Record *record,
               struct arena *arena)
{
    struct candidate candidate = { .key = key, .record = record };
    Ci__Install *install = NULL;

    if (!record_key_parse(key, &candidate.parts) || read_person(&candidate, arena) < 0)
        return false;
    if (strcmp(candidate.parts.kind, "install") == 0 && !record->standing->cleared &&
        stored_unpack(&ci__install__descriptor, bytes_from(record->standing->value), arena,
                      (ProtobufCMessage **)&install) == 0 &&
        strcmp(install->person, principal->person) == 0)
        return true;
    return sees(txn, principal, &candidate, arena);
}

static int item_new(struct vault *vault, const char *dossier, const struct candidate *candidate, struct bytes packed,
                    struct arena *arena, Ci__FeedItem **out)
{
    Ci__FeedItem *item = arena_alloc(arena, sizeof *item);
    Ci__SealedRecord *sealed = arena_alloc(arena, sizeof *sealed);

    if (!item || !sealed)
        return FAULT(FAULT_MEMORY, "a page takes more memory than a request may");
    ci__feed_item__init(item);
    ci__sealed_record__init(sealed);
    sealed->dossier = arena_string(arena, dossier);
    sealed->key = arena_string(arena, candidate->key);
    sealed->record = bytes_to(bytes_of(arena_copy(arena, packed.data, packed.size), packed.size));
    if (!sealed->dossier || !sealed->key || !sealed->record.data)
        return FAULT(FAULT_MEMORY, "a page takes more memory than a request may");
    item->record = sealed;
    if (candidate->person)
        TRY(details_open(vault, candidate->parts.first, candidate->person, arena, &item->details));
    *out = item;
    return 0;
}

/* What a page is read with. `scratch` is emptied after each key, so that what is out of scope leaves nothing behind. */
struct reading {
    struct txn *txn;
    struct vault *vault;
    const struct principal *principal;
    const char *dossier;
    struct arena *arena, *scratch;
};

/* One key of the feed. A municipality's dossier is in scope whole. */
static int look_at(const struct reading *reading, const char *key, struct bytes packed, struct candidate *candidate,
                   bool *in_scope)
{
    Ci__Record *record = NULL;

    *candidate = (struct candidate){ .key = key };
    if (!packed.data || !record_key_parse(key, &candidate->parts))
        return FAULT(FAULT_CORRUPT, "the feed names a record that is not there: rebuild the view");
    *in_scope = true;
    if (strcmp(reading->dossier, "NL") != 0)
        return 0;
    if (strcmp(candidate->parts.kind, "person") == 0) {
        TRY(record_unpack(packed, reading->scratch, &record));
        candidate->record = record;
        TRY(read_person(candidate, reading->scratch));
    }
    *in_scope = sees(reading->txn, reading->principal, candidate, reading->scratch);
    return reading->txn->fault;
}

/* The item for one key of the feed; NULL where it is out of scope. */
static int consider(const struct reading *reading, const char *key, Ci__FeedItem **item)
{
    struct bytes packed = record_packed(reading->txn, reading->dossier, key);
    struct candidate candidate;
    bool in_scope;

    TRY(look_at(reading, key, packed, &candidate, &in_scope));
    return in_scope ? item_new(reading->vault, reading->dossier, &candidate, packed, reading->arena, item) : 0;
}

static uint64_t count_rest(struct txn_cursor *cursor)
{
    uint64_t count = 1; /* the one that did not fit any more */

    while (count < FEED_REMAINING_MAX && txn_cursor_next(cursor))
        count++;
    return count;
}

static bool is_full(const struct feed_page *page, const Ci__FeedItem *next)
{
    return page->count > 0 &&
           (page->bytes + next->record->record.len > FEED_BYTES_MAX || page->count == FEED_ITEMS_MAX);
}

static int fill(struct txn_cursor *cursor, const struct reading *reading, struct feed_page *page)
{
    size_t prefix = strlen(reading->dossier) + 1;

    for (unsigned looked = 0; txn_cursor_next(cursor); looked++) {
        struct bytes rest = bytes_of((const uint8_t *)cursor->key.data + prefix, cursor->key.size - prefix);
        Ci__FeedItem *item = NULL;
        uint64_t position = 0;

        CHECK(key_take_u64(&rest, &position));
        if (looked < FEED_LOOKED_MAX)
            TRY(consider(reading, cursor->value.data, &item));
        arena_reset(reading->scratch);
        if (looked == FEED_LOOKED_MAX || (item && is_full(page, item))) {
            page->remaining = count_rest(cursor);
            return 0;
        }
        page->reached = position;
        if (item) {
            page->bytes += item->record->record.len;
            page->items[page->count++] = item;
        }
    }
    page->complete = true;
    return cursor->txn->fault;
}

int feed_read(struct txn *txn, struct vault *vault, const struct principal *principal, const char *dossier,
              uint64_t since, struct arena *arena, struct feed_page *page)
{
    CLEANUP(arena_free) struct arena *scratch = NULL;
    struct reading reading = { txn, vault, principal, dossier, arena, NULL };
    struct key prefix, from = feed_key(dossier, since + 1);
    struct txn_cursor cursor;
    int result;

    *page = (struct feed_page){ .reached = since };
    TRY(arena_new(&scratch, SCRATCH_BYTES));
    reading.scratch = scratch;
    page->items = arena_alloc(arena, FEED_ITEMS_MAX * sizeof *page->items);
    if (!page->items)
        return FAULT(FAULT_MEMORY, "a page takes more memory than a request may");
    key_init(&prefix);
    key_add_text(&prefix, dossier);
    txn_cursor_open(&cursor, txn, TABLE_FEED, key_bytes(&prefix), key_bytes(&from));
    result = fill(&cursor, &reading, page);
    txn_cursor_close(&cursor);
    return result;
}

int feed_moved(struct txn *txn, const struct principal *principal, const char *dossier, uint64_t since, bool *moved)
{
    CLEANUP(arena_free) struct arena *scratch = NULL;
    struct reading reading = { .txn = txn, .principal = principal, .dossier = dossier };
    struct key prefix, from = feed_key(dossier, since + 1);
    struct txn_cursor cursor;
    int result = 0;

    *moved = false;
    TRY(arena_new(&scratch, SCRATCH_BYTES));
    reading.scratch = scratch;
    key_init(&prefix);
    key_add_text(&prefix, dossier);
    txn_cursor_open(&cursor, txn, TABLE_FEED, key_bytes(&prefix), key_bytes(&from));
    for (unsigned looked = 0; result == 0 && !*moved && txn_cursor_next(&cursor); looked++) {
        const char *key = cursor.value.data;
        struct candidate candidate;

        if (looked == FEED_LOOKED_MAX)
            *moved = true;
        else
            result = look_at(&reading, key, record_packed(txn, dossier, key), &candidate, moved);
        arena_reset(scratch);
    }
    txn_cursor_close(&cursor);
    return result;
}

enum { SEALED_PARTS = 4 };

static void sealed_parts(const Ci__SealedRecord *record, struct bytes parts[SEALED_PARTS])
{
    parts[0] = bytes_of("seal1", sizeof "seal1");
    parts[1] = bytes_of(record->dossier, strlen(record->dossier) + 1);
    parts[2] = bytes_of(record->key, strlen(record->key) + 1);
    parts[3] = bytes_from(record->record);
}

void record_seal(const struct vault *vault, Ci__SealedRecord *record, struct arena *arena)
{
    struct bytes parts[SEALED_PARTS];
    uint8_t seal[DIGEST_BYTES];

    sealed_parts(record, parts);
    record->seal_key = vault_seal(vault, parts, SEALED_PARTS, seal);
    record->seal = bytes_to(bytes_of(arena_copy(arena, seal, sizeof seal), sizeof seal));
    if (!record->seal.data)
        record->seal.len = 0;
}

bool record_is_sealed(const struct vault *vault, const Ci__SealedRecord *record)
{
    struct bytes parts[SEALED_PARTS];

    sealed_parts(record, parts);
    return record->seal.len == DIGEST_BYTES &&
           (PLANTED(SEAL_UNCHECKED) ||
            vault_check_seal(vault, record->seal_key, parts, SEALED_PARTS, record->seal.data));
}
