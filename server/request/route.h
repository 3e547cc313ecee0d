/*
 * route.h: what the table of routes says of one request type. The table itself is server/handlers/routes.c.
 */
#pragma once

#include "common/wire/message.h"
#include "server/ledger/batch.h"
#include "server/request/request.h"

enum route_kind {
    ROUTE_READ,    /* `read` on the loop thread with a snapshot, then, when that has ended, `finish` */
    ROUTE_WRITE,   /* `write` on the writer's thread, then, when it is on disk, `finish` on the loop thread */
    ROUTE_SESSION, /* as ROUTE_READ, and the session adds or keeps something: its clock, a subscription */
    ROUTE_CARRY,   /* the request is in the letter: the session opens it, and goes by the route of what is inside */
};
enum route_needs {
    NEEDS_NOTHING,             /* enrol: no certificate, no hello */
    NEEDS_CERTIFICATE,         /* hello, ping: one that is in date */
    NEEDS_EXPIRED_CERTIFICATE, /* renew: also an expired one */
    NEEDS_LOST_CERTIFICATE,    /* readmit: one of ours, expired or not, that this server may not know */
    NEEDS_HELLO,               /* everything else */
};

/* May it come in a letter? What follows it in the bundle was written before its answer was known. */
enum route_letter {
    LETTER_NEVER,
    LETTER_ENDS,    /* yes; where it is refused, what follows is not taken */
    LETTER_GOES_ON, /* yes; what follows does not depend on it */
};

/* Return value of every handler: 0 with an answer in the request, or a fault (answered as internal or store_full). */
struct route {
    uint16_t type;
    enum route_kind kind;
    enum route_needs needs;
    uint32_t roles; /* ROLE_BITs that may ask at all */
    int (*read)(struct request *request, struct txn *txn, struct ledger *ledger);
    int (*write)(struct request *request, struct batch *batch);
    int (*finish)(struct request *request, struct ledger *ledger); /* may be NULL */
    enum route_letter letter;
};

/* NULL: unknown type. */
const struct route *route_find(uint16_t type);
