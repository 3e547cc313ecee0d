/*
 * engine.c: one step after another; each answer is stored whole before the next request is made. See engine.h.
 */
#include "client/sync/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/replica/exchange.h"
#include "client/sync/ask.h"
#include "client/sync/healing.h"
#include "client/sync/hello.h"
#include "client/sync/offering.h"
#include "client/sync/pulling.h"
#include "client/sync/refused.h"
#include "client/sync/sending.h"
#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "common/wire/error.h"
#include "common/wire/limits.h"
#include "common/wire/message.h"

enum { ENGINE_ARENA = 32 * 1024 * 1024, KEPT_ARENA = 64 * 1024, INCARNATIONS_MAX = 3 };

struct engine {
    struct replica *replica;
    struct identity *identity;
    struct arena *arena; /* of the outstanding request and its answer */
    struct arena *kept;  /* of the whole sync: the reason in the report */
    enum engine_step step;
    struct engine_report report;
    unsigned incarnations;
    struct sending sending;
    struct pulling pulling;
    struct ask ask;
    bool readmitted; /* asked for once */
    struct healing healing;
    struct offering offering;
    union {
        Ci__Readmit readmit;
        Ci__Hello hello;
        Ci__Heal heal;
        Ci__OfferHistory history;
        Ci__Push push;
        Ci__Pull pull;
    } request;
};

int engine_new(struct engine **out, struct replica *replica, struct identity *identity)
{
    CLEANUP(engine_free) struct engine *engine = calloc(1, sizeof *engine);

    if (!engine)
        return FAULT(FAULT_MEMORY, "out of memory");
    engine->replica = replica;
    engine->identity = identity;
    sending_init(&engine->sending);
    offering_init(&engine->offering);
    engine->step = ENGINE_HELLO;
    TRY(healing_init(&engine->healing));
    TRY(arena_new(&engine->arena, ENGINE_ARENA));
    TRY(arena_new(&engine->kept, KEPT_ARENA));
    *out = TAKE(&engine);
    return 0;
}

struct engine *engine_free(struct engine *engine)
{
    if (engine) {
        healing_done(&engine->healing);
        arena_free(engine->arena);
        arena_free(engine->kept);
    }
    free(engine);
    return NULL;
}

struct arena *engine_arena(struct engine *engine)
{
    return engine->arena;
}

const struct engine_report *engine_report(const struct engine *engine)
{
    return &engine->report;
}

/* ---- requests ---- */

static int count_unsent(struct engine *engine)
{
    struct replica_counts counts;

    TRY(replica_counts(engine->replica, &counts));
    engine->report.unsent = counts.unsent;
    return 0;
}

static int next_readmit(struct engine *engine)
{
    ci__readmit__init(&engine->request.readmit);
    return readmit_make(engine->replica, engine->identity, engine->arena, &engine->request.readmit);
}

static int next_hello(struct engine *engine)
{
    ci__hello__init(&engine->request.hello);
    TRY(count_unsent(engine));
    return hello_make(engine->replica, engine->arena, &engine->request.hello);
}

static int next_heal(struct engine *engine)
{
    ci__heal__init(&engine->request.heal);
    int result = healing_next(&engine->healing, engine->replica, engine->arena, &engine->request.heal);

    if (result == HEALING_ENDED)
        TRY(healing_end(&engine->healing, engine->replica, engine->arena, &engine->report.unhealed));
    return result == HEALING_ENDED ? ENGINE_FINISHED : result;
}

static int next_history(struct engine *engine)
{
    ci__offer_history__init(&engine->request.history);
    int result = offering_next(&engine->offering, engine->replica, engine->arena, &engine->request.history);

    return result == OFFERING_ENDED ? ENGINE_FINISHED : result;
}

/* ENGINE_FINISHED where there is nothing to send. */
static int next_push(struct engine *engine)
{
    ci__push__init(&engine->request.push);
    int result = sending_next(&engine->sending, engine->replica, engine->arena, &engine->request.push);

    return result == SENDING_ENDED ? ENGINE_FINISHED : result;
}

static int end_pulls(struct engine *engine)
{
    engine->report.complete = true;
    return exchange_complete(engine->replica, engine->report.server_ms, offering_is_settled(&engine->offering));
}

static int next_pull(struct engine *engine)
{
    ci__pull__init(&engine->request.pull);
    int result = pulling_next(&engine->pulling, engine->replica, engine->arena, &engine->request.pull);

    if (result == PULLING_ENDED)
        TRY(end_pulls(engine));
    return result == PULLING_ENDED ? ENGINE_FINISHED : result;
}

static int next_details(struct engine *engine)
{
    ci__heal__init(&engine->request.heal);
    int result = exchange_details(engine->replica, engine->arena, &engine->request.heal);

    return result == REPLICA_NONE ? ENGINE_FINISHED : result;
}

static int next_query(struct engine *engine)
{
    int result = ask_next(&engine->ask, engine->replica, engine->identity, engine->arena);

    return result == ASK_ENDED ? ENGINE_FINISHED : result;
}

/* The message that each step sends; all lie at the start of `request`, but for the queries. */
static const struct {
    uint16_t type;
    int (*next)(struct engine *engine);
} steps[] = {
    [ENGINE_READMIT] = { MESSAGE_READMIT, next_readmit }, [ENGINE_HELLO] = { MESSAGE_HELLO, next_hello },
    [ENGINE_HEAL] = { MESSAGE_HEAL, next_heal },          [ENGINE_HISTORY] = { MESSAGE_OFFER_HISTORY, next_history },
    [ENGINE_PUSH] = { MESSAGE_PUSH, next_push },          [ENGINE_PULL] = { MESSAGE_PULL, next_pull },
    [ENGINE_DETAILS] = { MESSAGE_HEAL, next_details },    [ENGINE_QUERY] = { MESSAGE_QUERY, next_query },
};

int engine_next(struct engine *engine, uint16_t *type, const ProtobufCMessage **request)
{
    while (engine->step != ENGINE_DONE) {
        arena_reset(engine->arena);
        int result = steps[engine->step].next(engine);

        if (result == 0) {
            *type = steps[engine->step].type;
            *request = engine->step == ENGINE_QUERY ? &engine->ask.query.base : &engine->request.hello.base;
            return 0;
        }
        if (result < 0)
            return result;
        engine->step++;
    }
    return ENGINE_FINISHED;
}

int engine_recall(struct engine *engine, uint16_t type, struct bytes request)
{
    const struct message_row *row = message_row(type);
    enum engine_step step = ENGINE_READMIT;
    ProtobufCMessage *message = NULL;

    arena_reset(engine->arena);
    while (step < ENGINE_DONE && steps[step].type != type)
        step++;
    if (step == ENGINE_DONE || codec_unpack(row->descriptor, request, engine->arena, &message) != 0)
        return FAULT(FAULT_CORRUPT, "the bundle that was kept here cannot be read: make a new one");
    engine->step = step;
    if (step == ENGINE_QUERY)
        ask_recall(&engine->ask, (const Ci__Query *)message);
    else
        memcpy(&engine->request, message, row->descriptor->sizeof_message);
    return 0;
}

bool engine_history_is_settled(const struct engine *engine)
{
    return offering_is_settled(&engine->offering);
}

void engine_unsettle_history(struct engine *engine)
{
    offering_unsettle(&engine->offering);
}

int engine_end(struct engine *engine)
{
    TRY(healing_end(&engine->healing, engine->replica, engine->arena, &engine->report.unhealed));
    return pulling_is_done(&engine->pulling) && !engine->report.complete ? end_pulls(engine) : 0;
}

/* ---- answers ---- */

static int reincarnate(struct engine *engine)
{
    if (++engine->incarnations > INCARNATIONS_MAX)
        return refused_as_copy();
    engine->report.cloned = true;
    return exchange_reincarnate(engine->replica);
}

static int on_hello(struct engine *engine, const Ci__HelloReply *reply)
{
    TRY(hello_identity(engine->identity, reply));
    TRY(pulling_begin(&engine->pulling, reply));
    engine->report.server_ms = reply->now_ms;
    TRY(healing_begin(&engine->healing, reply, engine->pulling.dossiers, engine->pulling.count, &engine->report.lost));
    TRY(exchange_note_journal(engine->replica, reply->head ? reply->head->position : 0, reply->backed_up,
                              engine->report.lost));
    if (reply->n_nameless > 0)
        TRY(exchange_note_nameless(engine->replica, reply->nameless, reply->n_nameless));
    engine->step = ENGINE_HEAL;
    return reply->cloned ? reincarnate(engine) : 0;
}

static int on_healed(struct engine *engine, const Ci__HealReply *reply)
{
    TRY(healing_answer(&engine->healing, engine->replica, engine->arena, &engine->request.heal, reply,
                       &engine->report.healed, &engine->report.unhealed));
    engine->report.lost = engine->report.lost || reply->n_lacked > 0;
    return 0;
}

static int on_history(struct engine *engine, const Ci__OfferHistoryReply *reply)
{
    TRY(exchange_history_offered(engine->replica, engine->arena, &engine->request.history, reply));
    engine->report.history += reply->n_results;
    for (size_t i = 0; i < reply->n_results; i++)
        engine->report.refused += reply->results[i]->outcome == CI__PUSH_RESULT__OUTCOME__REFUSED;
    return 0;
}

static int on_pushed(struct engine *engine, const Ci__PushReply *reply)
{
    TRY(exchange_pushed(engine->replica, engine->arena, &engine->request.push, reply));
    for (size_t i = 0; i < reply->n_results; i++) {
        Ci__PushResult__Outcome outcome = reply->results[i]->outcome;

        engine->report.rivals += outcome == CI__PUSH_RESULT__OUTCOME__RIVAL;
        engine->report.late += outcome == CI__PUSH_RESULT__OUTCOME__LATE;
        engine->report.refused += outcome == CI__PUSH_RESULT__OUTCOME__REFUSED;
    }
    engine->report.sent += reply->n_results;
    return count_unsent(engine);
}

static int on_pulled(struct engine *engine, const Ci__PullReply *page)
{
    TRY(pulling_answer(&engine->pulling, engine->replica, engine->arena, &engine->request.pull, page));
    engine->report.received += page->n_items;
    engine->report.remaining = page->remaining;
    return 0;
}

int engine_answer(struct engine *engine, const ProtobufCMessage *reply)
{
    switch (engine->step) {
    case ENGINE_READMIT: engine->step = ENGINE_HELLO; return 0;
    case ENGINE_HELLO: return on_hello(engine, (const Ci__HelloReply *)reply);
    case ENGINE_HEAL:
    case ENGINE_DETAILS: return on_healed(engine, (const Ci__HealReply *)reply);
    case ENGINE_HISTORY: return on_history(engine, (const Ci__OfferHistoryReply *)reply);
    case ENGINE_PUSH: return on_pushed(engine, (const Ci__PushReply *)reply);
    case ENGINE_PULL: return on_pulled(engine, (const Ci__PullReply *)reply);
    case ENGINE_QUERY: return ask_answer(&engine->ask, engine->replica, engine->arena, (const Ci__QueryReply *)reply);
    case ENGINE_DONE: break;
    }
    CHECK(engine->step != ENGINE_DONE);
    return 0;
}

/* ---- errors ---- */

/* The reason outlives the answer that it came in. */
static int keep_reason(struct engine *engine, const Ci__Error *error)
{
    struct bytes packed = codec_pack(error, engine->kept);

    return packed.data && CODEC_UNPACK(ci__error, packed, engine->kept, &engine->report.held) == 0
               ? 0
               : FAULT(FAULT_MEMORY, "out of memory for the server's answer");
}

/* Sending stops for now, pulling does not wait for it. */
static int hold(struct engine *engine, const Ci__Error *error)
{
    engine->step = ENGINE_PULL;
    return keep_reason(engine, error);
}

static int on_push_refused(struct engine *engine, const Ci__Error *error)
{
    if (error->code == ERROR_CLONED)
        return reincarnate(engine);
    int result = sending_refused(&engine->sending, engine->replica, engine->arena, &engine->request.push, error);

    if (result == SENDING_HELD)
        return hold(engine, error);
    if (result == SENDING_DEFERRED)
        return keep_reason(engine, error);
    if (result != SENDING_PARKED)
        return result;
    engine->report.sent++;
    engine->report.refused++;
    return count_unsent(engine);
}

/* A server that was restored may not know us any more; one that was not says the same again. */
static int on_hello_refused(struct engine *engine, const Ci__Error *error)
{
    if (error->code != ERROR_UNKNOWN_INSTALL || engine->readmitted)
        return refused(error);
    engine->readmitted = true;
    engine->step = ENGINE_READMIT;
    return 0;
}

/* Nothing is pulled over what the server lacks: unless the heal itself is to blame, the sync ends here. */
static int on_heal_refused(struct engine *engine, const Ci__Error *error)
{
    if (engine->request.heal.n_details > 0 && engine->request.heal.n_records == 0)
        return 0; /* names, in a bundle: the next sync gives them */
    if (engine->request.heal.n_records == 0 || !refused_for_one(error->code))
        return refused(error);
    return healing_refused(&engine->healing, engine->replica, engine->arena, &engine->request.heal, error,
                           &engine->report.unhealed);
}

/* What people still have to send does not wait for an edit that they sent before. */
static int on_history_refused(struct engine *engine, const Ci__Error *error)
{
    int result = offering_refused(&engine->offering, &engine->request.history, error);

    if (result == OFFERING_HELD)
        return hold(engine, error);
    if (result == OFFERING_ENDED)
        engine->step = ENGINE_PUSH;
    return result < 0 ? result : 0;
}

int engine_refused(struct engine *engine, const Ci__Error *error)
{
    switch (engine->step) {
    case ENGINE_HELLO: return on_hello_refused(engine, error);
    case ENGINE_HEAL: return on_heal_refused(engine, error);
    case ENGINE_HISTORY: return on_history_refused(engine, error);
    case ENGINE_PUSH: return on_push_refused(engine, error);
    case ENGINE_PULL: return pulling_refused(&engine->pulling, engine->replica, &engine->request.pull, error);
    case ENGINE_DETAILS: engine->step = ENGINE_QUERY; return 0; /* the next sync gives them */
    case ENGINE_QUERY: return 0; /* figures and receipts that are there stay; the next sync asks again */
    default: return refused(error);
    }
}
