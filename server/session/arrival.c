/*
 * arrival.c: header, then message. Any thread.
 */
#include "server/session/arrival.h"

#include "common/base/check.h"
#include "common/wire/codec.h"
#include "common/wire/message.h"

static int check_certificate(const struct arrival *arrival, bool expired_allowed)
{
    if (!arrival->certificate)
        return ERROR_NO_CERTIFICATE;
    return arrival->expired && !expired_allowed ? ERROR_CERTIFICATE_EXPIRED : 0;
}

static int check_needs(const struct arrival *arrival, const struct route *route)
{
    int refused;

    switch (route->needs) {
    case NEEDS_NOTHING: return 0;
    case NEEDS_LOST_CERTIFICATE:
    case NEEDS_EXPIRED_CERTIFICATE: return check_certificate(arrival, true);
    case NEEDS_CERTIFICATE: refused = check_certificate(arrival, false); break;
    default:
        refused = check_certificate(arrival, false);
        if (refused == 0 && !arrival->greeted)
            return ERROR_OUT_OF_ORDER;
    }
    if (refused == 0 && arrival->greeted && route->type == MESSAGE_HELLO)
        return ERROR_OUT_OF_ORDER;
    return refused;
}

void arrival_note_time(struct arrival *arrival, const struct tls_peer *peer, uint64_t now_ms)
{
    arrival->expired |= arrival->certificate && now_ms >= peer->not_after_ms;
}

int arrival_check(const struct arrival *arrival, uint16_t type, const struct route **route)
{
    int refused;

    *route = route_find(type);
    if (!*route)
        return ERROR_UNKNOWN_TYPE;
    refused = check_needs(arrival, *route);
    if (refused == 0 && (*route)->needs == NEEDS_HELLO && !((*route)->roles & ROLE_BIT(arrival->role)))
        return ERROR_NO_RIGHT;
    return refused;
}

int arrival_unpack(struct request *request, struct bytes payload)
{
    const struct message_row *row = message_row(request->route->type);
    ProtobufCMessage *message = NULL;

    CHECK(row != NULL);
    switch (codec_unpack(row->descriptor, payload, request->arena, &message)) {
    case 0: request->message = message; return 0;
    case CODEC_MALFORMED: return ERROR_MALFORMED;
    case CODEC_TOO_COMPLEX: return ERROR_TOO_COMPLEX;
    default: return ERROR_INTERNAL;
    }
}

uint32_t arrival_limit(uint16_t type)
{
    return route_find(type) ? message_limit(type) : 0;
}

uint32_t arrival_stranger_limit(uint16_t type)
{
    const struct route *route = route_find(type);

    return route && route->needs == NEEDS_NOTHING ? message_limit(type) : 0;
}
