/*
 * pulling.h: what is new at the server, dossier by dossier in the order that hello gave, page by page. No socket, no clock.
 */
#pragma once

#include "client/replica/replica.h"
#include "client/sync/engine.h"

struct pulling {
    size_t count, at; /* dossiers; the one at hand */
    char dossiers[ENGINE_DOSSIERS_MAX][9];
    unsigned forgotten; /* cursors that the server did not know, and that were given up */
};

/* After a hello. FAULT_INVALID where it names what cannot be. */
int pulling_begin(struct pulling *pulling, const Ci__HelloReply *hello);
static inline bool pulling_is_done(const struct pulling *pulling)
{
    return pulling->count > 0 && pulling->at == pulling->count;
}

enum pulling_outcome { PULLING_ENDED = 1 };
int pulling_next(const struct pulling *pulling, struct replica *replica, struct arena *arena, Ci__Pull *pull);
int pulling_answer(struct pulling *pulling, struct replica *replica, struct arena *arena, const Ci__Pull *pull,
                   const Ci__PullReply *page);
/* A cursor that the server calls none of its own is forgotten, once. */
int pulling_refused(struct pulling *pulling, struct replica *replica, const Ci__Pull *pull, const Ci__Error *error);
