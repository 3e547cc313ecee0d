/*
 * engine.h: what a sync says to the server and does with its answers: hello, heal, push, pull, figures, receipts. Messages in, messages
 * out: no socket, no clock, no file but the replica. Stopping it at any point loses nothing.
 */
#pragma once

#include "client/identity/home.h"
#include "client/replica/replica.h"

enum { ENGINE_DOSSIERS_MAX = 8 };

enum engine_step {
    ENGINE_READMIT, /* only where a restored server does not know this install: then hello again */
    ENGINE_HELLO,
    ENGINE_HEAL,
    ENGINE_HISTORY,
    ENGINE_PUSH,
    ENGINE_PULL,
    ENGINE_DETAILS, /* names that the pull showed to be lost; a heal, as far as the wire knows */
    ENGINE_QUERY,
    ENGINE_DONE
};

/* What happened so far. */
struct engine_report {
    uint64_t sent, rivals, late, refused; /* own edits that were answered; of those: kept beside, late, refused */
    uint64_t received;                    /* records that came in */
    uint64_t unsent, remaining;           /* what is still to go, either way; for progress */
    uint64_t healed, unhealed;            /* records given back to a server that had lost them; those it refused */
    uint64_t history;                     /* own edits offered again as history */
    uint64_t server_ms;                   /* the server's clock at hello; 0: not heard yet */
    bool lost;                            /* the server went back in time */
    bool cloned;                          /* a new incarnation was taken */
    bool complete;                        /* every dossier was pulled to its end */
    Ci__Error *held;                      /* why sending stopped for now; NULL: it did not. In the engine's memory */
};

struct engine;

/* `identity` is brought up to date by hello; borrowed. */
int engine_new(struct engine **out, struct replica *replica, struct identity *identity);
struct engine *engine_free(struct engine *engine);
DEFINE_CLEANUP(struct engine, engine_free)

enum engine_outcome { ENGINE_FINISHED = 1 };

/* The next request, in the engine's memory until its answer was given; ENGINE_FINISHED. */
int engine_next(struct engine *engine, uint16_t *type, const ProtobufCMessage **request);
/* Where the answer to the outstanding request can be unpacked. */
struct arena *engine_arena(struct engine *engine);
/* The answer, or the server's error. A fault ends the sync; FAULT_REFUSED where the server will have none of it. */
int engine_answer(struct engine *engine, const ProtobufCMessage *reply);
int engine_refused(struct engine *engine, const Ci__Error *error);
const struct engine_report *engine_report(const struct engine *engine);

/* ---- where answers come in a file (bundle.h) ---- */
/*
 * Makes a request of a bundle the outstanding one, whose answer is given next: in the order in which they were sent. The arena
 * is empty before. FAULT_CORRUPT where it cannot be read.
 */
int engine_recall(struct engine *engine, uint16_t type, struct bytes request);
/* Nothing that was offered as history was refused. */
bool engine_history_is_settled(const struct engine *engine);
/* There is more to be offered than was. */
void engine_unsettle_history(struct engine *engine);
/* All answers were given: what is to be noted at the end of a sync is, as far as it came. */
int engine_end(struct engine *engine);
