/*
 * message.h: the table of message types: number, name, descriptor, largest payload.
 *
 * One row a type; a reply's number is its request's plus 0x8000, an error is 0x8000, events begin at 0x4001.
 */
#pragma once

#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

enum message_type {
    MESSAGE_ENROL = 1,
    MESSAGE_RENEW = 2,
    MESSAGE_HELLO = 3,
    MESSAGE_HEAL = 4,
    MESSAGE_OFFER_HISTORY = 5,
    MESSAGE_PUSH = 6,
    MESSAGE_PULL = 7,
    MESSAGE_QUERY = 8,
    MESSAGE_SUBSCRIBE = 9,
    MESSAGE_UNSUBSCRIBE = 10,
    MESSAGE_PING = 11,
    MESSAGE_INVITE = 12,
    MESSAGE_STATUS = 13,
    MESSAGE_READMIT = 14,
    MESSAGE_CARRY = 15,
    MESSAGE_CELLS_EVENT = 0x4001,
    MESSAGE_GOODBYE_EVENT = 0x4002,
    MESSAGE_MOVED_EVENT = 0x4003,
    MESSAGE_ERROR = 0x8000,
    MESSAGE_REPLY = 0x8000, /* added to a request's type */
};

struct message_row {
    uint16_t type;
    const char *name;
    const ProtobufCMessageDescriptor *descriptor;
    uint32_t bytes_max;
};

/* NULL where the type is unknown. */
const struct message_row *message_row(uint16_t type);
/* For frame_next: 0 for an unknown type (such a frame is answered from its header and its payload, at most 64 KiB, skipped). */
uint32_t message_limit(uint16_t type);
enum { MESSAGE_UNKNOWN_SKIP_MAX = 64 * 1024 };
