/*
 * offering.h: own edits that the server may have lost, on their way back as history: the next ones, and what to do where a
 * whole offer fails for one of them. The one to blame is found by halving, and stops no other. No socket, no clock.
 */
#pragma once

#include "client/replica/replica.h"

struct offering {
    uint8_t before[ID_BYTES], after[ID_BYTES]; /* the kept edits that were looked at: before this offer, and with it */
    size_t edits_max;                          /* of the next offer; smaller while looking for the one to blame */
    unsigned failures;                         /* edits that the server failed over */
    bool halving;                              /* an offer was refused, and is to be made again in parts */
    bool unsettled; /* something was not taken that is to be offered again by the next sync */
};

void offering_init(struct offering *offering);
enum offering_outcome { OFFERING_ENDED = 1, OFFERING_HELD };
/* OFFERING_ENDED: all was offered. */
int offering_next(struct offering *offering, struct replica *replica, struct arena *arena, Ci__OfferHistory *offer);
/*
 * 0: go on with the next. OFFERING_ENDED: the server fails over everything, the rest is the next sync's. OFFERING_HELD: it is
 * not about edits; nothing is sent for now.
 */
int offering_refused(struct offering *offering, const Ci__OfferHistory *offer, const Ci__Error *error);
/* Something is left that the next sync is to offer. */
void offering_unsettle(struct offering *offering);
/* Everything that was offered was answered, and nothing is to be offered again. */
bool offering_is_settled(const struct offering *offering);
