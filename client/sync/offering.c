/*
 * offering.c: see offering.h. The server had acknowledged all of these, so that one which it does not take now is offered
 * again by each sync until it does.
 */
#include "client/sync/offering.h"

#include <string.h>

#include "client/replica/exchange.h"
#include "client/sync/refused.h"
#include "common/base/fault.h"
#include "common/base/plant.h"
#include "common/wire/error.h"

void offering_init(struct offering *offering)
{
    *offering = (struct offering){ .edits_max = PUSH_EDITS_MAX };
}

int offering_next(struct offering *offering, struct replica *replica, struct arena *arena, Ci__OfferHistory *offer)
{
    offering->halving = false;
    memcpy(offering->before, offering->after, ID_BYTES);
    int result = PLANTED(HISTORY_WITHHELD)
                     ? REPLICA_NONE
                     : exchange_history(replica, arena, offering->edits_max, offering->after, offer);

    if (result != REPLICA_NONE)
        return result;
    if (!offering->unsettled)
        TRY(exchange_history_end(replica));
    return OFFERING_ENDED;
}

int offering_refused(struct offering *offering, const Ci__OfferHistory *offer, const Ci__Error *error)
{
    if (!refused_for_one(error->code)) {
        offering->unsettled = true;
        return OFFERING_HELD;
    }
    if (offer->n_edits > 1) {
        offering->halving = true;
        offering->edits_max = offer->n_edits / 2;
        memcpy(offering->after, offering->before, ID_BYTES);
        return 0;
    }
    offering->edits_max = PUSH_EDITS_MAX; /* the next one to blame is looked for again: a log of it, not all of it */
    offering->unsettled = true;
    return error->code == ERROR_INTERNAL && ++offering->failures > REFUSED_FAILURES_MAX ? OFFERING_ENDED : 0;
}

void offering_unsettle(struct offering *offering)
{
    offering->unsettled = true;
}

bool offering_is_settled(const struct offering *offering)
{
    return !offering->unsettled && !offering->halving;
}
