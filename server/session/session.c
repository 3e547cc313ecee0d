/*
 * session.c: a connection's callbacks, its state, its end. What a request is, is exchange.c's. Its loop's thread.
 */
#include "server/session/session.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/net/send_queue.h"
#include "common/wire/codec.h"
#include "common/wire/frame.h"
#include "server/session/address.h"
#include "server/session/inside.h"

enum { SUBSCRIPTION_ARENAS = 3, TLS_BYTES_MAX = 128 * 1024 };

size_t session_bytes_max(void)
{
    return FRAME_HEADER_BYTES + FRAME_PAYLOAD_MAX + CONNECTION_READ_BYTES + SEND_QUEUE_BYTES_MAX +
           (size_t)(1 + SUBSCRIPTION_ARENAS) * REQUEST_ARENA_BYTES + TLS_BYTES_MAX;
}

static void session_free(struct session *session)
{
    CHECK(session->request == NULL);
    subscription_end(session);
    group_remove(session->group, session);
    free(session->guest);
    free(session);
}

void session_send(struct session *session, uint16_t type, uint16_t flags, uint32_t id, const void *message)
{
    struct buffer *out = &session->group->out;
    int result;

    if (!session->connection)
        return;
    result = codec_frame(out, type, flags, id, message);
    if (result == 0) {
        connection_send(session->connection, buffer_data(out), buffer_size(out));
        buffer_consume(out, buffer_size(out));
        return;
    }
    /* A handler keeps its answers within their bound; that it did not is our mistake, and the peer waits for nothing. */
    LOG_EVENT(LOG_ERROR, "answer.too_large", U64("type", type), TEXT("actor", session->actor));
    session_goodbye(session, ERROR_INTERNAL);
}

void session_goodbye(struct session *session, enum error_code reason)
{
    Ci__GoodbyeEvent goodbye = CI__GOODBYE_EVENT__INIT;
    struct arena *arena = NULL;

    if (session->closing || !session->connection)
        return;
    session->closing = true;
    if (session->open && group_arena(session->group, &arena) == 0) {
        goodbye.reason = error_new(arena, reason, NULL, NULL);
        session_send(session, MESSAGE_GOODBYE_EVENT, FRAME_EVENT, 0, &goodbye);
        group_arena_back(session->group, arena);
    }
    connection_close(session->connection);
}

void session_on_written(struct session *session)
{
    if (session->connection) {
        exchange_end(session);
        return;
    }
    exchange_drop(session);
    session_free(session);
}

static void on_open(struct connection *connection, void *owner)
{
    struct session *session = owner;

    tls_channel_peer(connection_channel(connection), &session->peer);
    session->open = true;
    session->active_ms = uv_now(session->group->loop);
    session->arrival = (struct arrival){ .certificate = session->peer.present, .expired = session->peer.expired };
    if (!session->peer.present)
        connection_set_limit(connection, arrival_stranger_limit);
    else
        hex_encode(session->actor, session->peer.fingerprint, ID_BYTES);
    LOG_EVENT(LOG_INFO, "session.opened", TEXT("origin", connection_address(connection)),
              TEXT("actor", session->actor));
}

static void on_frame(struct connection *connection, void *owner, const struct frame *frame, struct bytes payload)
{
    struct session *session = owner;

    (void)connection;
    if (session->closing)
        return;
    session->active_ms = uv_now(session->group->loop);
    exchange_begin(session, frame, payload);
}

/* What follows cannot be told apart any more: the answer, then the end. */
static void on_too_large(struct connection *connection, void *owner, const struct frame *frame)
{
    struct session *session = owner;
    struct arena *arena = NULL;

    if (session->closing)
        return;
    LOG_EVENT(LOG_WARNING, "frame.too_large", U64("type", frame->type), U64("length", frame->length),
              TEXT("origin", connection_address(connection)), TEXT("actor", session->actor));
    if (group_arena(session->group, &arena) == 0) {
        session_send(session, MESSAGE_ERROR, 0, frame->request, error_new(arena, ERROR_TOO_LARGE, NULL, NULL));
        group_arena_back(session->group, arena);
    }
    session_goodbye(session, ERROR_TOO_LARGE);
}

static void leave(struct session *session)
{
    if (session->admitted)
        limits_leave(session->group->services->limits, &session->place);
    session->admitted = false;
}

static void on_closed(struct connection *connection, void *owner, int result)
{
    struct session *session = owner;

    LOG_EVENT(session->open ? LOG_INFO : LOG_DEBUG, "session.closed", TEXT("origin", connection_address(connection)),
              TEXT("actor", session->actor), TEXT("result", result < 0 ? fault_message() : "in order"),
              U64("bytes_in", connection_bytes_in(connection)), U64("bytes_out", connection_bytes_out(connection)));
    session->connection = NULL;
    session->closing = true;
    leave(session);
    if (!session->request)
        session_free(session);
}

static const struct connection_handler handler = {
    .on_open = on_open,
    .on_frame = on_frame,
    .on_too_large = on_too_large,
    .on_closed = on_closed,
};

void session_give_way(struct session *session)
{
    LOG_EVENT(LOG_INFO, "session.gave_way", TEXT("origin", connection_address(session->connection)));
    session->closing = true;
    connection_abandon(session->connection);
    leave(session); /* its socket is closed already */
}

/* Says nothing to who may not come in: there are too many of them for that. */
static void admit(struct session *session)
{
    struct session_group *group = session->group;
    struct limits_lost lost;

    session->admitted = limits_enter(group->services->limits, &session->place, session->address, group, &lost);
    if (!session->admitted) {
        LOG_EVENT(LOG_WARNING, "session.too_many", TEXT("origin", connection_address(session->connection)));
        session->closing = true;
        connection_abandon(session->connection);
    }
    if (lost.place && lost.owner == group)
        session_give_way(PLACE_OWNER(lost.place));
    else if (lost.place)
        session_group_prune(lost.owner);
}

int session_accept(struct session_group *group, uv_stream_t *listener, SSL_CTX *context)
{
    const struct services *services = group->services;
    struct session *session = calloc(1, sizeof *session);
    int result;

    if (!session)
        return FAULT(FAULT_MEMORY, "out of memory");
    group_add(group, session);
    result = connection_accept(&session->connection, listener,
                               &(struct connection_options){
                                   .context = context,
                                   .server = true,
                                   .limit = arrival_limit,
                                   .handler = &handler,
                                   .owner = session,
                                   .handshake_timeout_ms = services->handshake_timeout_ms,
                                   .stall_timeout_ms = services->stall_timeout_ms,
                               });
    if (result < 0) {
        session_free(session);
        return result;
    }
    session->address = address_key(connection_address(session->connection));
    admit(session);
    if (session->admitted && group->stopping)
        session_goodbye(session, ERROR_STOPPING);
    return 0;
}
