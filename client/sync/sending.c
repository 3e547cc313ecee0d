/*
 * sending.c: see sending.h.
 *
 * An edit that the server cannot read will not get better: it goes to the attention tray. One that the server fails over
 * (`internal`) may be taken once the server is mended: it stays in the outbox, and so that it delays no other it gets a new
 * number behind all of them, with those that are built on it.
 */
#include "client/sync/sending.h"

#include "client/replica/exchange.h"
#include "client/sync/refused.h"
#include "common/base/fault.h"
#include "common/base/plant.h"
#include "common/wire/error.h"

void sending_init(struct sending *sending)
{
    *sending = (struct sending){ .edits_max = PUSH_EDITS_MAX };
}

int sending_next(const struct sending *sending, struct replica *replica, struct arena *arena, Ci__Push *push)
{
    int result = exchange_push(replica, arena, 0, sending->edits_max, push);

    if (result != 0)
        return result == REPLICA_NONE ? SENDING_ENDED : result;
    while (sending->deferred && push->n_edits > 0 && push->edits[push->n_edits - 1]->number >= sending->deferred)
        push->n_edits--;
    return push->n_edits > 0 ? 0 : SENDING_ENDED;
}

static int put_off(struct sending *sending, struct replica *replica, const Ci__NumberedEdit *edit)
{
    uint64_t number = 0;

    if (++sending->deferrals > REFUSED_FAILURES_MAX)
        return SENDING_HELD;
    TRY(exchange_defer(replica, edit, &number));
    if (!sending->deferred)
        sending->deferred = number;
    return SENDING_DEFERRED;
}

int sending_refused(struct sending *sending, struct replica *replica, struct arena *arena, const Ci__Push *push,
                    const Ci__Error *error)
{
    if (PLANTED(POISON_STOPS_QUEUE) || !refused_for_one(error->code))
        return SENDING_HELD;
    if (push->n_edits > 1) {
        sending->edits_max = push->n_edits / 2;
        return 0;
    }
    sending->edits_max = PUSH_EDITS_MAX; /* the next one to blame is looked for again: a log of it, not all of it */
    if (error->code == ERROR_INTERNAL)
        return put_off(sending, replica, push->edits[0]);
    TRY(exchange_park(replica, arena, push->edits[0], error));
    return SENDING_PARKED;
}
