/*
 * session.c: one request at a time; events that come before its reply wait in a bounded queue. One thread.
 */
#include "client/sync/session.h"

#include <stdlib.h>

#include "client/sync/refused.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "common/wire/message.h"

enum { REPLY_TIMEOUT_MS = 60 * 1000, ERROR_ARENA = 64 * 1024, EVENTS_MAX = 256 };

struct event {
    struct event *next;
    uint16_t type;
    size_t size;
    uint8_t payload[];
};

struct session {
    struct transport *transport;
    uint32_t last_request;
    struct event *first, **last; /* events that wait, oldest first */
    size_t events;
    unsigned timeout_ms;
    struct arena *error_arena;
    Ci__Error *error;
};

int session_new(struct session **out, struct transport *transport)
{
    CLEANUP(session_free) struct session *session = calloc(1, sizeof *session);

    if (!session) {
        transport_close(transport);
        return FAULT(FAULT_MEMORY, "out of memory");
    }
    session->transport = transport;
    session->last = &session->first;
    session->timeout_ms = REPLY_TIMEOUT_MS;
    TRY(arena_new(&session->error_arena, ERROR_ARENA));
    *out = TAKE(&session);
    return 0;
}

struct session *session_free(struct session *session)
{
    if (!session)
        return NULL;
    while (session->first) {
        struct event *event = session->first;

        session->first = event->next;
        free(event);
    }
    transport_close(session->transport);
    arena_free(session->error_arena);
    free(session);
    return NULL;
}

static int unpack(uint16_t type, struct bytes payload, struct arena *arena, ProtobufCMessage **message)
{
    const struct message_row *row = message_row(type);

    switch (row ? codec_unpack(row->descriptor, payload, arena, message) : CODEC_MALFORMED) {
    case 0: return 0;
    case CODEC_TOO_COMPLEX:
        return FAULT(FAULT_MEMORY, "the server's answer is too large for the memory of one command");
    default: return FAULT(FAULT_INVALID, "the server's answer cannot be read: update the program");
    }
}

static int queue_event(struct session *session, uint16_t type, struct bytes payload)
{
    struct event *event = session->events < EVENTS_MAX ? malloc(sizeof *event + payload.size) : NULL;

    if (!event)
        return FAULT(FAULT_MEMORY, "the server sends more events than can be kept");
    *event = (struct event){ .type = type, .size = payload.size };
    if (payload.size)
        memcpy(event->payload, payload.data, payload.size);
    *session->last = event;
    session->last = &event->next;
    session->events++;
    return 0;
}

static int take_error(struct session *session, struct bytes payload)
{
    arena_reset(session->error_arena);
    session->error = NULL;
    TRY(unpack(MESSAGE_ERROR, payload, session->error_arena, (ProtobufCMessage **)&session->error));
    return SESSION_REFUSED;
}

int session_request(struct session *session, uint16_t type, const ProtobufCMessage *request, struct arena *arena,
                    ProtobufCMessage **reply)
{
    uint32_t id = ++session->last_request;

    TRY(transport_send(session->transport, type, id, request));
    for (;;) {
        struct frame frame;
        struct bytes payload;
        int result = transport_receive(session->transport, session->timeout_ms, &frame, &payload);

        if (result == TRANSPORT_TIMEOUT)
            return FAULT(FAULT_NETWORK, "the server does not answer");
        TRY(result);
        if (frame.flags & FRAME_EVENT) {
            TRY(queue_event(session, frame.type, payload));
            continue;
        }
        if (frame.request != id)
            return FAULT(FAULT_INVALID, "the server answered another request than was asked");
        if (frame.type == MESSAGE_ERROR)
            return take_error(session, payload);
        if (frame.type != type + MESSAGE_REPLY)
            return FAULT(FAULT_INVALID, "the server gave another answer than was asked: update the program");
        return unpack(frame.type, payload, arena, reply);
    }
}

void session_set_timeout(struct session *session, unsigned timeout_ms)
{
    session->timeout_ms = timeout_ms;
}

int session_event(struct session *session, unsigned timeout_ms, struct arena *arena, uint16_t *type,
                  ProtobufCMessage **event)
{
    struct frame frame;
    struct bytes payload;

    if (session->first) {
        struct event *first = session->first;
        int result = unpack(first->type, bytes_of(first->payload, first->size), arena, event);

        *type = first->type;
        session->first = first->next;
        session->last = session->first ? session->last : &session->first;
        session->events--;
        free(first);
        return result;
    }
    int result = transport_receive(session->transport, timeout_ms ? timeout_ms : 1, &frame, &payload);

    if (result == TRANSPORT_TIMEOUT)
        return SESSION_TIMEOUT;
    TRY(result);
    if (!(frame.flags & FRAME_EVENT))
        return FAULT(FAULT_INVALID, "the server answered without being asked");
    *type = frame.type;
    return unpack(frame.type, payload, arena, event);
}

const Ci__Error *session_error(const struct session *session)
{
    return session->error;
}

int session_refused(const struct session *session)
{
    return refused(session->error);
}

uint64_t session_bytes(const struct session *session)
{
    return transport_bytes(session->transport);
}
