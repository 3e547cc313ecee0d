/*
 * healing.h: what a server that went back in time lacks, dossier by dossier: what hello named, then what it did not ask
 * about; each page of questions is followed by the records that it turned out to lack. No socket, no clock.
 */
#pragma once

#include "client/replica/replica.h"
#include "client/sync/engine.h"
#include "client/sync/refused.h"
#include "common/monitor/record_key.h"

struct healing {
    struct arena *arena, *page; /* of hello's answer; of the keys that a page of questions found lacked */
    const Ci__HelloReply *hello;
    char (*dossiers)[9];                 /* the engine's */
    size_t dossier_count, dossier;       /* the one at hand */
    bool begun, asks_all;                /* of it */
    char after[RECORD_KEY_MAX + 1];      /* the last key that was asked about */
    char **lacked;                       /* to be offered */
    size_t lacked_count, offered, taken; /* of those; `taken` are in the request at hand */
    size_t records_max;                  /* of the next offer; smaller while looking for the one to blame */
    struct {
        char dossier[9], key[RECORD_KEY_MAX + 1];
    } failed[REFUSED_FAILURES_MAX]; /* records that the server failed over: parked once all others were offered */
    unsigned failures;
};

int healing_init(struct healing *healing);
void healing_done(struct healing *healing);
/* After a hello. `*lost`: the server lacks something. */
int healing_begin(struct healing *healing, const Ci__HelloReply *hello, char (*dossiers)[9], size_t dossier_count,
                  bool *lost);

enum healing_outcome { HEALING_ENDED = 1 };
int healing_next(struct healing *healing, struct replica *replica, struct arena *arena, Ci__Heal *heal);
/* `*healed`, `*parked`: how many records. */
int healing_answer(struct healing *healing, struct replica *replica, struct arena *arena, const Ci__Heal *heal,
                   const Ci__HealReply *reply, uint64_t *healed, uint64_t *parked);
/*
 * The heal failed for what is in it: fewer at once, until the one that is to blame is parked. −FAULT_REFUSED: the server
 * fails over more of them than can be to blame (REFUSED_FAILURES_MAX).
 */
int healing_refused(struct healing *healing, struct replica *replica, struct arena *arena, const Ci__Heal *heal,
                    const Ci__Error *error, uint64_t *parked);
/* Nothing is left to offer: what the server failed over is parked, and stops nothing any more. */
int healing_end(struct healing *healing, struct replica *replica, struct arena *arena, uint64_t *parked);
