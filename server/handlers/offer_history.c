/*
 * offer_history.c: own edits that no record heads any more, after a loss. A refused one stops no other. Writer thread.
 */
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "common/wire/limits.h"
#include "server/handlers/handlers.h"
#include "server/ledger/heal.h"

enum { HISTORY_SCRATCH_BYTES = 16 * 1024 * 1024 };

static bool is_sound(const Ci__OfferHistory *offer)
{
    for (size_t i = 0; i < offer->n_edits; i++)
        if (!offer->edits[i]->edit)
            return false;
    return offer->n_edits > 0 && offer->n_edits <= PUSH_EDITS_MAX;
}

static int offer_one(struct request *request, struct batch *batch, const Ci__PastEdit *past, struct arena *scratch,
                     Ci__PushResult **out)
{
    Ci__PushResult *taken = arena_alloc(request->arena, sizeof *taken);
    struct refusal refusal = { 0 };
    int result;

    if (!taken)
        return FAULT(FAULT_MEMORY, "out of memory for the answer to an offer");
    ci__push_result__init(taken);
    taken->edit = past->edit->id;
    arena_reset(scratch);
    result = history_offer(batch, &request->principal, past, scratch, taken, &refusal);
    TRY(result);
    if (result == REFUSED) {
        taken->outcome = CI__PUSH_RESULT__OUTCOME__REFUSED;
        taken->error = (Ci__Error *)(uintptr_t)error_new(request->arena, refusal.code, refusal.nl, refusal.en);
    }
    *out = taken;
    return 0;
}

int handle_offer_history(struct request *request, struct batch *batch)
{
    const Ci__OfferHistory *offer = (const Ci__OfferHistory *)request->message;
    Ci__OfferHistoryReply *reply = arena_alloc(request->arena, sizeof *reply);
    CLEANUP(arena_free) struct arena *scratch = NULL;

    if (!is_sound(offer))
        return request_refuse(request, ERROR_MALFORMED, NULL, NULL);
    if (!reply)
        return FAULT(FAULT_MEMORY, "out of memory for the answer to an offer");
    ci__offer_history_reply__init(reply);
    reply->results = arena_alloc(request->arena, offer->n_edits * sizeof *reply->results);
    if (!reply->results)
        return FAULT(FAULT_MEMORY, "out of memory for the answer to an offer");
    TRY(arena_new(&scratch, HISTORY_SCRATCH_BYTES));
    for (size_t i = 0; i < offer->n_edits; i++) {
        if (!batch_takes_more(batch, 2, 2 * JOURNAL_ENTRY_MAX)) /* after a great many that were admitted */
            return request_refuse(request, ERROR_BUSY, NULL, NULL);
        TRY(offer_one(request, batch, offer->edits[i], scratch, &reply->results[reply->n_results++]));
    }
    request->edits = offer->n_edits;
    request_reply(request, &reply->base, 0);
    return 0;
}
