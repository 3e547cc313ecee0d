/*
 * ping.c: the token back, which keeps a session from being idle.
 */
#include "common/base/fault.h"
#include "server/handlers/handlers.h"

int handle_ping(struct request *request, struct txn *txn, struct ledger *ledger)
{
    const Ci__Ping *ping = (const Ci__Ping *)request->message;
    Ci__Pong *pong = arena_alloc(request->arena, sizeof *pong);

    (void)txn;
    (void)ledger;
    if (!pong)
        return FAULT(FAULT_MEMORY, "out of memory for an answer");
    ci__pong__init(pong);
    pong->token = ping->token;
    request_reply(request, &pong->base, 0);
    return 0;
}
