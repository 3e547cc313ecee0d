/*
 * exchange.c: one request from its frame to its answer: checked, read here or handed to the writer, finished, sent, and
 * logged. Its loop's thread.
 */
#include <string.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/store/txn.h"
#include "server/session/inside.h"

/* The request, in an arena that goes back when it is answered. */
static int request_new(struct session *session, const struct frame *frame, struct request **out)
{
    struct arena *arena = NULL;
    struct request *request;

    TRY(group_arena(session->group, &arena));
    request = arena_alloc(arena, sizeof *request);
    if (!request) {
        group_arena_back(session->group, arena);
        return FAULT(FAULT_MEMORY, "out of memory");
    }
    request->arena = arena;
    request->id = frame->request;
    request->peer = &session->peer;
    request->memo = &session->memo;
    request->on_answer = group_post;
    request->owner = session;
    *out = request;
    return 0;
}

void exchange_drop(struct session *session)
{
    struct arena *arena = session->request->arena;

    session->request = NULL;
    group_arena_back(session->group, arena);
}

/* With a snapshot that ends before anything is sent. */
static int read_here(struct session *session, struct request *request)
{
    struct ledger *ledger = session->group->services->ledger;
    struct txn txn;
    int result;

    TRY(txn_begin_read(&txn, ledger_store(ledger)));
    result = request_find_peer(request, ledger, &txn);
    if (result > 0)
        result = request_refuse_peer(request, (enum error_code)result);
    else if (result == 0)
        result = request->route->read(request, &txn, ledger);
    if (result == 0)
        result = txn.fault;
    txn_end(&txn);
    return result;
}

/* From HANDED_OVER on the request is the writer's: not even its error may be looked at here. */
enum { HANDED_OVER = 1 };

static int hand_over(struct session *session, struct request *request)
{
    const struct services *services = session->group->services;
    uint32_t wait_ms;

    if (request->route->type == MESSAGE_ENROL) {
        wait_ms = attempts_wait_ms(services->attempts, session->address, uv_now(session->group->loop));
        if (wait_ms > 0) {
            const Ci__Error *refused = error_new(request->arena, ERROR_TOO_MANY, NULL, NULL);
            Ci__Error *error = arena_copy(request->arena, refused, sizeof *refused);

            if (error)
                error->retry_after_ms = wait_ms;
            request->error = error ? error : refused;
            return 0;
        }
    }
    switch (writer_submit(services->writer, request)) {
    case 0: return HANDED_OVER;
    case WRITER_FULL: return request_refuse(request, ERROR_BUSY, NULL, NULL);
    default: return request_refuse(request, ERROR_STOPPING, NULL, NULL);
    }
}

/* A fault of ours: logged here, and said to the one who asked in so many words as help. */
static void fail(struct request *request, int result)
{
    log_fault(LOG_ERROR, "request.failed", result);
    request_forget(request);
    request_refuse(request, result == -FAULT_FULL ? ERROR_STORE_FULL : ERROR_INTERNAL, NULL, NULL);
}

void exchange_begin(struct session *session, const struct frame *frame, struct bytes payload)
{
    struct request *request = NULL;
    int result = request_new(session, frame, &request);

    if (result < 0) {
        log_fault(LOG_ERROR, "request.failed", result);
        session_goodbye(session, ERROR_BUSY);
        return;
    }
    session->request = request;
    session->type = frame->type;
    session->begun_us = clock_monotonic_us(session->group->services->clock);
    arrival_note_time(&session->arrival, &session->peer, clock_now_ms(session->group->services->clock));
    result = arrival_check(&session->arrival, frame->type, &request->route);
    if (result == 0)
        result = arrival_unpack(request, payload);
    if (result == 0 && request->route->kind == ROUTE_CARRY)
        result = letter_open(session, request);
    if (result > 0) {
        result = request_refuse(request, (enum error_code)result, NULL, NULL);
    } else if (result < 0 || request->error) {
        /* not begun */
    } else if (request->route->kind == ROUTE_WRITE) {
        result = hand_over(session, request);
        if (result == HANDED_OVER)
            return; /* session_on_written */
    } else {
        result = read_here(session, request);
        if (result == 0 && !writer_settled(session->group->services->writer, request))
            return; /* session_on_written: what it has seen is not all on disk yet */
    }
    if (result < 0)
        fail(request, result);
    exchange_end(session);
}

/* Handlers know neither clock nor connections: what they could not say is put in here. */
static void add_what_we_know(struct session *session, struct request *request)
{
    const struct services *services = session->group->services;
    /* Handlers make their replies in the request's arena, and hand them up as const. */
    void *reply = (void *)(uintptr_t)request->reply;

    if (request->route->type == MESSAGE_HELLO) {
        ((Ci__HelloReply *)reply)->now_ms = clock_now_ms(services->clock);
    } else if (request->route->type == MESSAGE_STATUS) {
        ((Ci__Status *)reply)->started_ms = services->started_ms;
        ((Ci__Status *)reply)->sessions = limits_count(services->limits);
        ((Ci__Status *)reply)->read_only = writer_is_read_only(services->writer);
    }
}

/* What an answer changes here. */
static void learn(struct session *session, const struct request *request)
{
    const struct services *services = session->group->services;
    struct arrival *arrival = request->carried ? &session->guest->arrival : &session->arrival;

    if (request->principal.person[0])
        arrival->role = request->principal.role;
    switch (request->route->type) {
    case MESSAGE_ENROL:
        if (request->error && request->error->code == ERROR_CODE_UNKNOWN)
            attempts_failed(services->attempts, session->address, uv_now(session->group->loop));
        break;
    case MESSAGE_HELLO:
        arrival->greeted |= !request->error;
        if (session->arrival.greeted && session->admitted)
            limits_settle(services->limits, &session->place);
        break;
    case MESSAGE_SUBSCRIBE:
        if (!request->error && subscription_keep(session, request) < 0) {
            log_fault(LOG_ERROR, "subscription.failed", -FAULT_MEMORY);
            subscription_end(session);
        }
        break;
    case MESSAGE_UNSUBSCRIBE: subscription_end(session); break;
    default: break;
    }
}

/* What an auditor wants to read of a request that was granted; others are debug's. */
static const char *event_of(const struct request *request)
{
    if (!request->route)
        return NULL;
    switch (request->route->type) {
    case MESSAGE_ENROL: return request->error ? "enrol.refused" : "enrol.issued";
    case MESSAGE_RENEW: return request->error ? "renew.refused" : "renew.issued";
    case MESSAGE_HEAL: return request->error ? "heal.refused" : "heal.accepted";
    case MESSAGE_OFFER_HISTORY: return request->error ? "history.refused" : "history.accepted";
    case MESSAGE_READMIT: return request->error ? "readmit.refused" : "readmit.admitted";
    case MESSAGE_PUSH: return request->error ? "push.refused" : "push.accepted";
    case MESSAGE_INVITE: return request->error ? "invite.refused" : "invite.issued";
    default: return request->error ? "request.refused" : NULL;
    }
}

/* Whom a line of the log is about, by ids. */
struct named {
    const char *actor, *person, *object;
};

/* Who enrols is known from the answer alone; whom an invitation is for, and a renewal's new install, too. */
static struct named name_them(const struct session *session, const struct request *request)
{
    struct named named = { .actor = request->carried ? session->guest->actor : session->actor,
                           .person = request->principal.person,
                           .object = principal_municipality(&request->principal) };
    const Ci__Certificate *certificate = (const Ci__Certificate *)request->reply;

    if (request->error || !request->route || request->carried)
        return named;
    switch (request->route->type) {
    case MESSAGE_ENROL: return (struct named){ certificate->install, certificate->person, certificate->install };
    case MESSAGE_RENEW: named.object = certificate->install; return named;
    case MESSAGE_INVITE: named.object = ((const Ci__InviteReply *)request->reply)->person; return named;
    default: return named;
    }
}

static void log_exchange(struct session *session, const struct request *request)
{
    const struct message_row *row = message_row(request->route ? request->route->type : session->type);
    const char *event = event_of(request);
    struct named named = name_them(session, request);

    LOG_EVENT(event ? LOG_INFO : LOG_DEBUG, event ? event : "request.answered",
              TEXT("action", row ? row->name : "unknown"), TEXT("object", named.object),
              TEXT("result", request->error ? request->error->name : "ok"), U64("edits", request->edits),
              TEXT("origin", connection_address(session->connection)), TEXT("actor", named.actor),
              TEXT("person", named.person), TEXT("courier", request->carried ? session->actor : NULL),
              U64("took_us", clock_monotonic_us(session->group->services->clock) - session->begun_us));
}

/* A code is in its answer and nowhere else. */
static void wipe(const struct request *request)
{
    const Ci__InviteReply *reply = (const Ci__InviteReply *)request->reply;

    if (!request->error && request->route->type == MESSAGE_INVITE)
        explicit_bzero(reply->code, strlen(reply->code));
}

static void send_answer(struct session *session, const struct request *request)
{
    if (request->error)
        session_send(session, MESSAGE_ERROR, 0, request->id, request->error);
    else
        session_send(session, (uint16_t)(MESSAGE_REPLY + session->type), request->reply_flags, request->id,
                     request->reply);
}

void exchange_end(struct session *session)
{
    struct request *request = session->request;

    if (!request->error && request->route->finish) {
        int result = request->route->finish(request, session->group->services->ledger);

        if (result < 0)
            fail(request, result);
    }
    CHECK(request->error || request->reply);
    if (!request->error)
        add_what_we_know(session, request);
    if (request->route)
        learn(session, request); /* first, so that who has heard of it can count on it */
    log_exchange(session, request);
    if (request->carried) {
        int result = letter_answer(session, request);

        if (result < 0)
            fail(request, result);
    }
    send_answer(session, request);
    wipe(request);
    exchange_drop(session);
    if (session->group->stopping)
        session_goodbye(session, ERROR_STOPPING);
    else if (!session->arrival.certificate && !session->closing) {
        session->closing = true; /* a stranger may ask one thing */
        connection_close(session->connection);
    } else if (!session->closing) {
        connection_ready(session->connection);
    }
}
