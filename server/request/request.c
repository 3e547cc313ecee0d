/*
 * request.c: how a handler answers: once.
 */
#include "server/request/request.h"

#include "common/base/check.h"
#include "common/base/plant.h"
#include "server/ledger/ledger.h"
#include "server/ledger/restoring.h"
#include "server/request/route.h"

void request_reply(struct request *request, const ProtobufCMessage *reply, uint16_t flags)
{
    CHECK(!request->reply && !request->error);
    request->reply = reply;
    request->reply_flags = flags;
}

int request_refuse(struct request *request, enum error_code code, const char *detail_nl, const char *detail_en)
{
    CHECK(!request->reply && !request->error);
    request->error = error_new(request->arena, code, detail_nl, detail_en);
    return 0;
}

enum { RESTORING_RETRY_MS = 60 * 1000 };

int request_find_peer(struct request *request, struct ledger *ledger, struct txn *txn)
{
    const struct route *route = request->route;
    int found;

    if (route->needs == NEEDS_NOTHING || route->needs == NEEDS_LOST_CERTIFICATE)
        return 0;
    found = principal_find(txn, request->peer, request->memo, &request->principal);
    if (found < 0 || (found > 0 && found != ERROR_UNKNOWN_INSTALL))
        return found;
    if ((found > 0 || (!PLANTED(KNOWN_NOT_HELD) && request->principal.role != CI__ROLE__ROLE_CENTRAL)) &&
        restoring_holds(ledger_restoring(ledger)))
        return ERROR_RESTORING;
    if (found > 0)
        return found;
    return route->roles & ROLE_BIT(request->principal.role) ? 0 : ERROR_NO_RIGHT;
}

int request_refuse_restoring(struct request *request)
{
    Ci__Error *later;

    request_refuse(request, ERROR_RESTORING, NULL, NULL);
    later = arena_copy(request->arena, request->error, sizeof *later);
    if (later)
        later->retry_after_ms = RESTORING_RETRY_MS;
    request->error = later ? later : request->error;
    return 0;
}

int request_refuse_peer(struct request *request, enum error_code code)
{
    return code == ERROR_RESTORING ? request_refuse_restoring(request) : request_refuse(request, code, NULL, NULL);
}

void request_forget(struct request *request)
{
    request->reply = NULL;
    request->reply_flags = 0;
    request->error = NULL;
    request->work = NULL;
    request->edits = 0;
}
