/*
 * message.c: the table of messages. Adding one is a row here, a name in message.h and a line in PROTOCOL.md. Pure.
 */
#include "common/wire/message.h"

#include <stddef.h>

#include "common/wire/frame.h"
#include "proto/messages.pb-c.h"

enum { KIB = 1024 };

/* In order of number, as PROTOCOL.md has them. */
static const struct message_row rows[] = {
    { MESSAGE_ENROL, "enrol", &ci__enrol__descriptor, 4 * KIB },
    { MESSAGE_RENEW, "renew", &ci__renew__descriptor, 4 * KIB },
    { MESSAGE_HELLO, "hello", &ci__hello__descriptor, 512 * KIB },
    { MESSAGE_HEAL, "heal", &ci__heal__descriptor, FRAME_PAYLOAD_MAX },
    { MESSAGE_OFFER_HISTORY, "offer_history", &ci__offer_history__descriptor, FRAME_PAYLOAD_MAX },
    { MESSAGE_PUSH, "push", &ci__push__descriptor, FRAME_PAYLOAD_MAX },
    { MESSAGE_PULL, "pull", &ci__pull__descriptor, 1 * KIB },
    { MESSAGE_QUERY, "query", &ci__query__descriptor, 8 * KIB },
    { MESSAGE_SUBSCRIBE, "subscribe", &ci__subscribe__descriptor, 8 * KIB },
    { MESSAGE_UNSUBSCRIBE, "unsubscribe", &ci__unsubscribe__descriptor, 64 },
    { MESSAGE_PING, "ping", &ci__ping__descriptor, 64 },
    { MESSAGE_INVITE, "invite", &ci__invite__descriptor, 4 * KIB },
    { MESSAGE_STATUS, "status", &ci__status_query__descriptor, 64 },
    { MESSAGE_READMIT, "readmit", &ci__readmit__descriptor, 8 * KIB },
    { MESSAGE_CARRY, "carry", &ci__carry__descriptor, FRAME_PAYLOAD_MAX },
    { MESSAGE_CELLS_EVENT, "cells_event", &ci__cells_event__descriptor, FRAME_PAYLOAD_MAX },
    { MESSAGE_GOODBYE_EVENT, "goodbye_event", &ci__goodbye_event__descriptor, 4 * KIB },
    { MESSAGE_MOVED_EVENT, "moved_event", &ci__moved_event__descriptor, 1 * KIB },
    { MESSAGE_ERROR, "error", &ci__error__descriptor, 4 * KIB },
    { MESSAGE_REPLY + MESSAGE_ENROL, "enrol_reply", &ci__certificate__descriptor, 8 * KIB },
    { MESSAGE_REPLY + MESSAGE_RENEW, "renew_reply", &ci__certificate__descriptor, 8 * KIB },
    { MESSAGE_REPLY + MESSAGE_HELLO, "hello_reply", &ci__hello_reply__descriptor, 512 * KIB },
    { MESSAGE_REPLY + MESSAGE_HEAL, "heal_reply", &ci__heal_reply__descriptor, FRAME_PAYLOAD_MAX },
    { MESSAGE_REPLY + MESSAGE_OFFER_HISTORY, "offer_history_reply", &ci__offer_history_reply__descriptor,
      FRAME_PAYLOAD_MAX },
    { MESSAGE_REPLY + MESSAGE_PUSH, "push_reply", &ci__push_reply__descriptor, FRAME_PAYLOAD_MAX },
    { MESSAGE_REPLY + MESSAGE_PULL, "pull_reply", &ci__pull_reply__descriptor, FRAME_PAYLOAD_MAX },
    { MESSAGE_REPLY + MESSAGE_QUERY, "query_reply", &ci__query_reply__descriptor, FRAME_PAYLOAD_MAX },
    { MESSAGE_REPLY + MESSAGE_SUBSCRIBE, "subscribed", &ci__subscribed__descriptor, FRAME_PAYLOAD_MAX },
    { MESSAGE_REPLY + MESSAGE_UNSUBSCRIBE, "unsubscribed", &ci__unsubscribe__descriptor, 64 },
    { MESSAGE_REPLY + MESSAGE_PING, "pong", &ci__pong__descriptor, 64 },
    { MESSAGE_REPLY + MESSAGE_INVITE, "invite_reply", &ci__invite_reply__descriptor, 4 * KIB },
    { MESSAGE_REPLY + MESSAGE_STATUS, "status_reply", &ci__status__descriptor, 4 * KIB },
    { MESSAGE_REPLY + MESSAGE_READMIT, "readmitted", &ci__readmitted__descriptor, 64 },
    { MESSAGE_REPLY + MESSAGE_CARRY, "carried", &ci__carried__descriptor, FRAME_PAYLOAD_MAX },
};

const struct message_row *message_row(uint16_t type)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].type == type)
            return &rows[i];
    return NULL;
}

uint32_t message_limit(uint16_t type)
{
    const struct message_row *row = message_row(type);

    return row ? row->bytes_max : 0;
}
