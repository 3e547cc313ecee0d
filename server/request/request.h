/*
 * request.h: one request on its way down the stairs and back up.
 *
 * It has one owner at a time: its session's loop, then the writer, then the loop again, handed over under the queue's
 * lock. Everything it needs lives in its arena.
 */
#pragma once

#include "common/base/arena.h"
#include "common/tls/channel.h"
#include "common/wire/error.h"
#include "common/wire/frame.h"
#include "server/ledger/people.h"

enum { REQUEST_ARENA_BYTES = 16 * 1024 * 1024 };

struct carried;
struct ledger;
struct route;

struct request {
    struct arena *arena;
    const struct route *route;
    uint32_t id;                     /* of the frame */
    const ProtobufCMessage *message; /* decoded by the route's descriptor, in the arena */
    const struct tls_peer *peer;     /* of the connection; outlives the request */
    struct principal_memo *memo;     /* the connection's too */
    struct principal principal;      /* found before the handler is called, in the transaction it is called with */

    /* The answer: exactly one is set by request_reply or request_refuse. */
    const ProtobufCMessage *reply; /* in the arena */
    uint16_t reply_flags;
    const Ci__Error *error;

    struct carried *carried; /* the letter that it came in; NULL: its sender's own */

    void *work;   /* the handler's, between decide and finish; in the arena */
    size_t edits; /* accepted or refused in it; for the log */

    /* The writer's: how it gets back. */
    void (*on_answer)(struct request *request, void *owner); /* on the syncing thread, when all is on disk */
    void *owner;
    struct request *next;
    size_t held;                 /* bytes that the writer's queue counts for it until it is answered */
    struct arena_mark undecided; /* the arena before it was first decided; it may be decided more than once */
};

void request_reply(struct request *request, const ProtobufCMessage *reply, uint16_t flags);
/* Takes back what was answered, so that it can be answered anew: a handler that failed after its reply. */
void request_forget(struct request *request);
/* `detail_*`: NULL, or what exactly is wrong. Returns 0, so a handler can say `return request_refuse(…)`. */
int request_refuse(struct request *request, enum error_code code, const char *detail_nl, const char *detail_en);
/*
 * Who asks, and whether they may, in the transaction that the request is decided in: 0, or an error code: principal_find's,
 * `no_right`, or `restoring` while the server is held after a restore, for everybody but the central team.
 */
int request_find_peer(struct request *request, struct ledger *ledger, struct txn *txn);
/* Refuses with its outcome. */
int request_refuse_peer(struct request *request, enum error_code code);
/* `restoring`, and when to come back. */
int request_refuse_restoring(struct request *request);
