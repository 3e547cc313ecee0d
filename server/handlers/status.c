/*
 * status.c: how far the server is. Sessions, start and room are the session's to fill in.
 */
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "server/handlers/handlers.h"
#include "server/ledger/feed.h"

int handle_status(struct request *request, struct txn *txn, struct ledger *ledger)
{
    struct journal_head head = ledger_head(txn);
    Ci__Status *status = arena_alloc(request->arena, sizeof *status);
    Ci__Place *place = arena_alloc(request->arena, sizeof *place);

    if (!status || !place)
        return FAULT(FAULT_MEMORY, "out of memory for an answer");
    ci__status__init(status);
    ci__place__init(place);
    place->position = head.position;
    place->hash = bytes_to(bytes_of(arena_copy(request->arena, head.hash, PLACE_HASH_BYTES), PLACE_HASH_BYTES));
    if (!place->hash.data)
        return FAULT(FAULT_MEMORY, "out of memory for an answer");
    status->software = (char *)(uintptr_t) "cimonitord " CIMONITOR_VERSION;
    status->head = place;
    status->backed_up = ledger_backed_up(ledger, txn);
    status->edits = ledger_edit_count(txn);
    request_reply(request, &status->base, 0);
    return txn->fault;
}
