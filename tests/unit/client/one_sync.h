/*
 * one_sync.h: whole syncs of one replica with the fake server, without a network; also cut at any message.
 */
#pragma once

#include "client/sync/engine.h"
#include "common/base/fault.h"
#include "common/wire/message.h"
#include "tests/unit/client/one_replica.h"

static struct identity identity;

static inline int begin(void **state)
{
    identity = (struct identity){ .person = "p0000000000000001", .role = CI__ROLE__ROLE_LEAD };
    return replica_begin(state);
}

/* Does the push hold the edit that makes all of it unreadable? */
static inline bool is_poisoned(const Ci__Push *push)
{
    for (size_t i = 0; i < push->n_edits; i++)
        if (strcmp(push->edits[i]->edit->key, "answer/2026/poison") == 0 && !server.is_mended)
            return true;
    return false;
}

static inline bool fails_over(const Ci__Heal *heal)
{
    bool fails = server.heals_nothing && heal->n_records > 0;

    for (size_t i = 0; i < heal->n_records; i++)
        fails = fails || strcmp(heal->records[i]->key, "answer/2026/poison") == 0;
    return fails;
}

/* The server's answer: a message, or an error in `*code`. */
static inline const ProtobufCMessage *serve(uint16_t type, const ProtobufCMessage *request, struct arena *memory,
                                            uint32_t *code)
{
    *code = 0;
    if (type == MESSAGE_HELLO)
        return &fake_hello(&server, memory)->base;
    if (type == MESSAGE_HEAL && fails_over((const Ci__Heal *)request)) {
        *code = ERROR_INTERNAL;
        return NULL;
    }
    if (type == MESSAGE_HEAL)
        return &fake_heal(&server, (const Ci__Heal *)request, memory)->base;
    if (type == MESSAGE_PULL && server.bad_cursors && ((const Ci__Pull *)request)->cursor.len > 0) {
        server.bad_cursors--;
        *code = ERROR_BAD_CURSOR;
        return NULL;
    }
    if (type == MESSAGE_OFFER_HISTORY && server.history_error) {
        *code = server.history_error;
        return NULL;
    }
    if (type == MESSAGE_OFFER_HISTORY) {
        server.offered += ((const Ci__OfferHistory *)request)->n_edits;
        return &fake_history((const Ci__OfferHistory *)request, memory)->base;
    }
    if (type == MESSAGE_PULL)
        return &fake_pull(&server, (const Ci__Pull *)request, memory)->base;
    if (type == MESSAGE_PUSH && !server.push_error && !is_poisoned((const Ci__Push *)request))
        return &fake_push(&server, (const Ci__Push *)request, memory)->base;
    *code = server.push_error ? server.push_error : server.poison_error ? server.poison_error : ERROR_MALFORMED;
    return NULL;
}

/*
 * Runs a sync; `messages`: after that many it is cut, before the request arrives or (after) before its answer does.
 * True where it came to its end.
 */
static inline bool sync_cut(unsigned messages, bool after, struct engine_report *report)
{
    CLEANUP(engine_free) struct engine *engine = NULL;

    assert_int_equal(engine_new(&engine, replica, &identity), 0);
    for (unsigned count = 0;; count++) {
        const ProtobufCMessage *request = NULL, *reply = NULL;
        uint16_t type = 0;
        uint32_t code = 0;
        int result = engine_next(engine, &type, &request);

        assert_true(result >= 0);
        if (result == ENGINE_FINISHED) {
            *report = *engine_report(engine);
            return true;
        }
        assert_true(count < 1000);
        if (count == messages && !after)
            return false;
        reply = serve(type, request, engine_arena(engine), &code);
        if (count == messages)
            return false;
        result = reply ? engine_answer(engine, reply)
                       : engine_refused(engine, error_new(engine_arena(engine), code, NULL, NULL));
        if (result != 0)
            fail_msg("%s (%s)", fault_message(), fault_place());
    }
}

static inline struct engine_report sync_whole(void)
{
    struct engine_report report = { 0 };

    assert_true(sync_cut(1000, false, &report));
    return report;
}

static inline bool holds(const char *key)
{
    Ci__Record *record = NULL;

    return replica_record(replica, arena, "GM0200", key, &record) == 0;
}

static inline void put_others(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint8_t id[ID_BYTES];
        char key[32];

        snprintf(key, sizeof key, "answer/2026/O%u", i);
        Ci__Edit edit = fake_edit(id, (uint8_t)(100 + i), "GM0200", key, "theirs");

        fake_put(&server, &edit, NULL);
    }
}
