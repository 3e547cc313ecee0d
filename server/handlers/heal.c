/*
 * heal.c: which of the places that a client names this server lacks, and the records that it gives back. A refused one
 * stops no other. Writer thread.
 */
#include "server/ledger/heal.h"

#include "common/base/fault.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"
#include "common/wire/limits.h"
#include "server/handlers/handlers.h"
#include "server/ledger/details.h"

enum {
    HEAL_SCRATCH_BYTES = 16 * 1024 * 1024,
    ENTRY_OVERHEAD_BYTES = 3 * 1024,                            /* beside each head: ids and lost places */
    ADMITTED_BYTES_MAX = EDIT_BYTES_MAX + ENTRY_OVERHEAD_BYTES, /* what an admission brings about */
    PERSON_BYTES_MAX = 8 * 1024,                                /* an entry with 64 areas, and details */
};

static bool is_sound(const Ci__Heal *heal)
{
    for (size_t i = 0; i < heal->n_records; i++)
        if (strcmp(heal->records[i]->dossier, heal->dossier) != 0)
            return false;
    return strlen(heal->dossier) <= DOSSIER_MAX && heal->n_places <= HEAL_PLACES_MAX &&
           heal->n_records <= HEAL_HEADS_MAX && heal->n_details <= HEAL_DETAILS_MAX;
}

static int find_lacked(struct txn *txn, const Ci__Heal *heal, struct arena *scratch, struct arena *arena,
                       Ci__HealReply *reply)
{
    reply->lacked = arena_alloc(arena, (heal->n_places + 1) * sizeof *reply->lacked);
    if (!reply->lacked)
        return FAULT(FAULT_MEMORY, "out of memory for the answer to a heal");
    for (size_t i = 0; i < heal->n_places; i++) {
        bool lacks = false;

        arena_reset(scratch);
        TRY(heal_lacks(txn, heal->dossier, heal->places[i], scratch, &lacks));
        if (lacks)
            reply->lacked[reply->n_lacked++] = heal->places[i]->key;
    }
    return 0;
}

static int heal_one(struct request *request, struct batch *batch, const Ci__SealedRecord *sealed, struct arena *scratch,
                    Ci__HealResult **out)
{
    Ci__HealResult *healed = arena_alloc(request->arena, sizeof *healed);
    struct refusal refusal = { 0 };
    int result;

    if (!healed)
        return FAULT(FAULT_MEMORY, "out of memory for the answer to a heal");
    ci__heal_result__init(healed);
    arena_reset(scratch);
    result = heal_offer(batch, &request->principal, sealed, scratch, &refusal);
    TRY(result);
    if (result == REFUSED) {
        healed->outcome = CI__HEAL_RESULT__OUTCOME__REFUSED;
        healed->error = (Ci__Error *)(uintptr_t)error_new(request->arena, refusal.code, refusal.nl, refusal.en);
    } else if (result == HEAL_COVERED) {
        healed->outcome = CI__HEAL_RESULT__OUTCOME__COVERED;
    }
    *out = healed;
    return 0;
}

/* What does not carry our seal is passed over: the next pull shows its bearer whether the name is here. */
static int restore_details(struct request *request, struct batch *batch, struct arena *scratch)
{
    const Ci__Heal *heal = (const Ci__Heal *)request->message;

    arena_keep_secret(request->arena);
    for (size_t i = 0; i < heal->n_details; i++) {
        if (!details_are_sealed(ledger_vault(batch->ledger), heal->details[i]))
            continue;
        if (!batch_takes_more(batch, 1, PERSON_BYTES_MAX))
            return request_refuse(request, ERROR_TOO_LARGE, NULL, NULL); /* the next sync brings them again */
        arena_reset(scratch);
        arena_keep_secret(scratch);
        TRY(details_restore(batch, heal->details[i], scratch));
    }
    return 0;
}

int handle_heal(struct request *request, struct batch *batch)
{
    const Ci__Heal *heal = (const Ci__Heal *)request->message;
    Ci__HealReply *reply = arena_alloc(request->arena, sizeof *reply);
    CLEANUP(arena_free) struct arena *scratch = NULL;

    if (!is_sound(heal))
        return request_refuse(request, ERROR_MALFORMED, NULL, NULL);
    if (!principal_reads(&request->principal, heal->dossier))
        return request_refuse(request, ERROR_NO_RIGHT, NULL, NULL);
    if (!reply)
        return FAULT(FAULT_MEMORY, "out of memory for the answer to a heal");
    ci__heal_reply__init(reply);
    TRY(arena_new(&scratch, HEAL_SCRATCH_BYTES));
    TRY(find_lacked(batch->txn, heal, scratch, request->arena, reply));
    reply->results = arena_alloc(request->arena, (heal->n_records + 1) * sizeof *reply->results);
    if (!reply->results)
        return FAULT(FAULT_MEMORY, "out of memory for the answer to a heal");
    for (size_t i = 0; i < heal->n_records; i++) {
        if (!batch_takes_more(batch, HEADS_MAX + 1,
                              heal->records[i]->record.len + HEADS_MAX * ENTRY_OVERHEAD_BYTES + ADMITTED_BYTES_MAX))
            return request_refuse(request, ERROR_TOO_LARGE, NULL, NULL); /* more heads than may be offered at once */
        TRY(heal_one(request, batch, heal->records[i], scratch, &reply->results[reply->n_results++]));
    }
    TRY(restore_details(request, batch, scratch));
    if (request->error)
        return 0;
    request->edits = heal->n_records;
    request_reply(request, &reply->base, 0);
    return 0;
}
