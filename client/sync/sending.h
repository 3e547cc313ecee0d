/*
 * sending.h: the outbox on its way out: the next edits, and what to do where a whole push fails for what is in it. The one to
 * blame is found by halving, and stops no other. No socket, no clock.
 */
#pragma once

#include "client/replica/replica.h"

struct sending {
    size_t edits_max;  /* of the next push; smaller while looking for the one to blame */
    uint64_t deferred; /* from this number on they were put off to the next sync; 0: none was */
    unsigned deferrals;
};

void sending_init(struct sending *sending);
enum sending_outcome { SENDING_ENDED = 1, SENDING_PARKED, SENDING_DEFERRED, SENDING_HELD };
/* SENDING_ENDED: none is left, but those that were put off. */
int sending_next(const struct sending *sending, struct replica *replica, struct arena *arena, Ci__Push *push);
/*
 * 0: try again with fewer. SENDING_PARKED: the one edit was to blame, and is in the tray. SENDING_DEFERRED: the server failed
 * over it, and it goes last, in the next sync. SENDING_HELD: it is not about edits; nothing more is sent for now.
 */
int sending_refused(struct sending *sending, struct replica *replica, struct arena *arena, const Ci__Push *push,
                    const Ci__Error *error);
