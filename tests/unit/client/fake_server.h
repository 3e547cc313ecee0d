/*
 * fake_server.h: a server in a few lines, for tests of the client without a network: it takes edits once, keeps a record
 * per key, and hands out pages of two. It decides nothing: an edit stands; "answer/2026/bad" is refused, "answer/2026/late" is late.
 */
#pragma once

#include <stdio.h>

#include "client/replica/exchange.h"
#include "common/base/check.h"
#include "common/wire/codec.h"
#include "common/wire/error.h"

enum { FAKE_KEYS = 64, FAKE_EDITS = 512, FAKE_PAGE = 2, FAKE_RECORD = 4096 };

struct fake_record {
    char dossier[9], key[97];
    uint64_t position;
    uint8_t packed[FAKE_RECORD];
    size_t size;
};

struct fake_server {
    uint64_t position;
    size_t record_count, edit_count;
    struct fake_record records[FAKE_KEYS];
    uint8_t edits[FAKE_EDITS][ID_BYTES];
    uint64_t numbers[FAKE_EDITS];
    unsigned pushes;
    bool cloned;            /* the next hello says so */
    uint32_t push_error;    /* pushes fail with this code; 0: they do not */
    uint32_t poison_error;  /* what a push with "answer/2026/poison" gets; 0: malformed */
    bool is_mended;         /* it gets through */
    uint32_t history_error; /* the same of offers of history */
    size_t offered;         /* past edits that came in such offers */
    bool rewound;           /* it was put back, and lacks every record of GM0200 that it is asked about */
    bool heals_nothing;     /* it fails over each heal; else over those with "answer/2026/poison" */
    unsigned bad_cursors;   /* so many pulls with a cursor find it bad, in different dossiers */
    bool hollow;            /* before each page comes an empty one, of records that are out of scope */
};

static inline void *fake_take(struct arena *arena, size_t size)
{
    void *memory = arena_alloc(arena, size);

    CHECK(memory);
    return memory;
}

static inline bool fake_knows(const struct fake_server *server, const uint8_t *id)
{
    for (size_t i = 0; i < server->edit_count; i++)
        if (memcmp(server->edits[i], id, ID_BYTES) == 0)
            return true;
    return false;
}

static inline struct fake_record *fake_find(struct fake_server *server, const char *dossier, const char *key)
{
    for (size_t i = 0; i < server->record_count; i++)
        if (strcmp(server->records[i].dossier, dossier) == 0 && strcmp(server->records[i].key, key) == 0)
            return &server->records[i];
    return NULL;
}

/* What stands for the key, and `rival` beside it where it is not NULL. */
static inline void fake_put(struct fake_server *server, Ci__Edit *standing, Ci__Edit *rival)
{
    static uint8_t hash[16] = { 1 };
    struct fake_record *at = fake_find(server, standing->dossier, standing->key);
    Ci__Record record = CI__RECORD__INIT;
    Ci__Place place = CI__PLACE__INIT;

    if (!at) {
        CHECK(server->record_count < FAKE_KEYS);
        at = &server->records[server->record_count++];
        snprintf(at->dossier, sizeof at->dossier, "%s", standing->dossier);
        snprintf(at->key, sizeof at->key, "%s", standing->key);
    }
    at->position = place.position = ++server->position;
    place.hash = (ProtobufCBinaryData){ sizeof hash, hash };
    record.standing = standing;
    record.place = &place;
    record.rivals = &rival;
    record.n_rivals = rival != NULL;
    CHECK(ci__record__get_packed_size(&record) <= sizeof at->packed);
    at->size = ci__record__pack(&record, at->packed);
}

/* An edit that somebody else made: id of one repeated byte, value as given. */
static inline Ci__Edit fake_edit(uint8_t *id, uint8_t byte, const char *dossier, const char *key, const char *value)
{
    Ci__Edit edit = CI__EDIT__INIT;

    memset(id, byte, ID_BYTES);
    edit.id = (ProtobufCBinaryData){ ID_BYTES, id };
    edit.dossier = (char *)(uintptr_t)dossier;
    edit.key = (char *)(uintptr_t)key;
    edit.value = (ProtobufCBinaryData){ strlen(value), (uint8_t *)(uintptr_t)value };
    edit.author = (char *)(uintptr_t) "p00000000000000ff";
    return edit;
}

static inline Ci__SealedRecord *fake_sealed(const struct fake_record *record, struct arena *arena)
{
    Ci__SealedRecord *sealed = fake_take(arena, sizeof *sealed);

    ci__sealed_record__init(sealed);
    sealed->record = (ProtobufCBinaryData){ record->size, (uint8_t *)(uintptr_t)record->packed };
    sealed->dossier = (char *)(uintptr_t)record->dossier;
    sealed->key = (char *)(uintptr_t)record->key;
    return sealed;
}

static inline Ci__HelloReply *fake_hello(struct fake_server *server, struct arena *arena)
{
    static char *dossiers[] = { (char *)(uintptr_t) "NL", (char *)(uintptr_t) "GM0200" };
    static char *areas[] = { (char *)(uintptr_t) "GM0200" };
    Ci__HelloReply *reply = fake_take(arena, sizeof *reply);

    ci__hello_reply__init(reply);
    reply->version = 1;
    reply->now_ms = 1000000 + server->position;
    reply->person = (char *)(uintptr_t) "p0000000000000001";
    reply->install = (char *)(uintptr_t) "00000000000000000000000000000001";
    reply->role = CI__ROLE__ROLE_RESPONDENT;
    reply->areas = areas;
    reply->n_areas = 1;
    reply->dossiers = dossiers;
    reply->n_dossiers = 2;
    reply->head = fake_take(arena, sizeof *reply->head);
    ci__place__init(reply->head);
    reply->head->position = server->position;
    reply->cloned = server->cloned;
    server->cloned = false;
    return reply;
}

/* It takes all that it is given. */
static inline Ci__HealReply *fake_heal(const struct fake_server *server, const Ci__Heal *heal, struct arena *arena)
{
    Ci__HealReply *reply = fake_take(arena, sizeof *reply);

    ci__heal_reply__init(reply);
    reply->lacked = fake_take(arena, (heal->n_places + 1) * sizeof *reply->lacked);
    for (size_t i = 0; server->rewound && i < heal->n_places; i++)
        reply->lacked[reply->n_lacked++] = heal->places[i]->key;
    reply->results = fake_take(arena, (heal->n_records + 1) * sizeof *reply->results);
    for (size_t i = 0; i < heal->n_records; i++) {
        reply->results[reply->n_results] = fake_take(arena, sizeof **reply->results);
        ci__heal_result__init(reply->results[reply->n_results++]);
    }
    return reply;
}

static inline Ci__OfferHistoryReply *fake_history(const Ci__OfferHistory *offer, struct arena *arena)
{
    Ci__OfferHistoryReply *reply = fake_take(arena, sizeof *reply);

    ci__offer_history_reply__init(reply);
    reply->results = fake_take(arena, offer->n_edits * sizeof *reply->results);
    for (size_t i = 0; i < offer->n_edits; i++) {
        reply->results[reply->n_results] = fake_take(arena, sizeof **reply->results);
        ci__push_result__init(reply->results[reply->n_results++]);
    }
    return reply;
}

static inline Ci__PushResult__Outcome fake_accept(struct fake_server *server, const Ci__NumberedEdit *numbered)
{
    if (strcmp(numbered->edit->key, "answer/2026/bad") == 0)
        return CI__PUSH_RESULT__OUTCOME__REFUSED;
    if (fake_knows(server, numbered->edit->id.data))
        return CI__PUSH_RESULT__OUTCOME__STANDS;
    CHECK(server->edit_count < FAKE_EDITS);
    server->numbers[server->edit_count] = numbered->number;
    memcpy(server->edits[server->edit_count++], numbered->edit->id.data, ID_BYTES);
    if (strcmp(numbered->edit->key, "answer/2026/late") == 0)
        return CI__PUSH_RESULT__OUTCOME__LATE;
    fake_put(server, numbered->edit, NULL);
    return CI__PUSH_RESULT__OUTCOME__STANDS;
}

static inline Ci__PushReply *fake_push(struct fake_server *server, const Ci__Push *push, struct arena *arena)
{
    Ci__PushReply *reply = fake_take(arena, sizeof *reply);

    server->pushes++;
    ci__push_reply__init(reply);
    reply->results = fake_take(arena, push->n_edits * sizeof *reply->results);
    reply->records = fake_take(arena, push->n_edits * sizeof *reply->records);
    for (size_t i = 0; i < push->n_edits; i++) {
        Ci__PushResult *result = fake_take(arena, sizeof *result);

        ci__push_result__init(result);
        result->edit = push->edits[i]->edit->id;
        result->outcome = fake_accept(server, push->edits[i]);
        reply->results[reply->n_results++] = result;
    }
    for (size_t i = 0; i < push->n_edits; i++) { /* as they stand after the whole push */
        struct fake_record *record = fake_find(server, push->edits[i]->edit->dossier, push->edits[i]->edit->key);

        if (record && reply->results[i]->outcome == CI__PUSH_RESULT__OUTCOME__STANDS)
            reply->records[reply->n_records++] = fake_sealed(record, arena);
    }
    return reply;
}

static inline const struct fake_record *fake_next(const struct fake_server *server, const char *dossier, uint64_t after)
{
    const struct fake_record *next = NULL;

    for (size_t i = 0; i < server->record_count; i++) {
        const struct fake_record *record = &server->records[i];

        if (strcmp(record->dossier, dossier) == 0 && record->position > after &&
            (!next || record->position < next->position))
            next = record;
    }
    return next;
}

/* The cursor: the position, and (bits) whether a snapshot is under way, whether the page was hollow. */
static inline Ci__PullReply *fake_pull(const struct fake_server *server, const Ci__Pull *pull, struct arena *arena)
{
    Ci__PullReply *reply = fake_take(arena, sizeof *reply);
    uint64_t position = pull->cursor.len == 9 ? get_u64(pull->cursor.data) : 0;
    uint8_t *cursor = fake_take(arena, 9);
    bool hollow = server->hollow && (pull->cursor.len != 9 || !(pull->cursor.data[8] & 2));

    ci__pull_reply__init(reply);
    reply->snapshot = pull->cursor.len != 9 || pull->cursor.data[8] & 1;
    reply->items = fake_take(arena, FAKE_PAGE * sizeof *reply->items);
    for (const struct fake_record *record;
         !hollow && reply->n_items < FAKE_PAGE && (record = fake_next(server, pull->dossier, position));) {
        Ci__FeedItem *item = fake_take(arena, sizeof *item);

        ci__feed_item__init(item);
        item->record = fake_sealed(record, arena);
        reply->items[reply->n_items++] = item;
        position = record->position;
    }
    reply->complete = !hollow && fake_next(server, pull->dossier, position) == NULL;
    put_u64(cursor, position);
    cursor[8] = (uint8_t)((reply->snapshot && !reply->complete) | (hollow ? 2 : 0));
    reply->cursor = (ProtobufCBinaryData){ 9, cursor };
    return reply;
}
