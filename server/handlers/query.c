/*
 * query.c: figures of the benchmark for everyone enrolled; participation, with the list only for who covers the area; the
 * late list for the municipality and for the central team; receipts for the municipality, the central team and the auditor.
 */
#include "common/base/fault.h"
#include "common/base/plant.h"
#include "common/monitor/receipt.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"
#include "server/handlers/benchmark.h"
#include "server/handlers/handlers.h"
#include "server/ledger/late.h"
#include "server/ledger/receipts.h"

/* The central team sees what there is to admit, and who wrote it, not what it says: that is the municipality's. */
static int late_answer(const struct asking *asking, const Ci__LateQuery *query, Ci__LateList **list,
                       struct refusal *refusal)
{
    const char *own = principal_municipality(asking->principal);
    bool central = asking->principal->role == CI__ROLE__ROLE_CENTRAL;

    if (strlen(query->dossier) > DOSSIER_MAX || strlen(query->after_dossier) > DOSSIER_MAX)
        return refuse(refusal, ERROR_MALFORMED, NULL, NULL);
    if (!central && !PLANTED(LATE_OF_OTHERS) && (!own || strcmp(own, query->dossier) != 0))
        return refuse(refusal, ERROR_NO_RIGHT, NULL, NULL);
    return late_list(asking->txn, query, !central, asking->arena, list);
}

/* Signed as it is asked for: what it says is the view's. */
static int sign(const struct asking *asking, const Ci__Receipt *receipt, Ci__Signed **out)
{
    struct vault *vault = ledger_vault(asking->ledger);
    struct bytes content = codec_pack(receipt, asking->arena);
    struct signature *signature = arena_alloc(asking->arena, sizeof *signature);
    Ci__Signed *made = arena_alloc(asking->arena, sizeof *made);

    if (!content.data || !signature || !made)
        return FAULT(FAULT_MEMORY, "out of memory for a receipt");
    TRY(vault_sign(vault, RECEIPT_PURPOSE, content, signature));
    ci__signed__init(made);
    made->content = bytes_to(content);
    made->signature = bytes_to(bytes_of(signature->bytes, signature->size));
    made->certificate = bytes_to(vault_signing_certificate(vault));
    *out = made;
    return 0;
}

static int receipt_answer(const struct asking *asking, const Ci__ReceiptQuery *query, Ci__Signed **out,
                          struct refusal *refusal)
{
    const char *own = principal_municipality(asking->principal);
    bool any = asking->principal->role == CI__ROLE__ROLE_CENTRAL || asking->principal->role == CI__ROLE__ROLE_AUDITOR;
    Ci__Receipt *receipt = NULL;
    int found;

    if (!any && (!own || strcmp(own, query->municipality) != 0))
        return refuse(refusal, ERROR_NO_RIGHT, NULL, NULL);
    found = receipt_find(asking->txn, query->round, query->municipality, asking->arena, &receipt);
    TRY(found);
    if (found == RECEIPTS_NONE)
        return refuse(refusal, ERROR_WRONG_STATE, "Er is nog niets ingediend.", "Nothing was handed in yet.");
    return sign(asking, receipt, out);
}

static int answer(const struct asking *asking, const Ci__Query *query, Ci__QueryReply *reply, struct refusal *refusal)
{
    switch (query->of_case) {
    case CI__QUERY__OF_BENCHMARK:
        reply->of_case = CI__QUERY_REPLY__OF_BENCHMARK;
        return benchmark_answer(asking, query->benchmark, &reply->benchmark, refusal);
    case CI__QUERY__OF_PARTICIPATION:
        reply->of_case = CI__QUERY_REPLY__OF_PARTICIPATION;
        return participation_answer(asking, query->participation->round, query->participation->area,
                                    &reply->participation, refusal);
    case CI__QUERY__OF_LATE:
        reply->of_case = CI__QUERY_REPLY__OF_LATE;
        return late_answer(asking, query->late, &reply->late, refusal);
    case CI__QUERY__OF_RECEIPT:
        reply->of_case = CI__QUERY_REPLY__OF_RECEIPT;
        return receipt_answer(asking, query->receipt, &reply->receipt, refusal);
    default: return refuse(refusal, ERROR_MALFORMED, NULL, NULL);
    }
}

int handle_query(struct request *request, struct txn *txn, struct ledger *ledger)
{
    struct asking asking = { &request->principal, txn, ledger, request->arena };
    Ci__QueryReply *reply = arena_alloc(request->arena, sizeof *reply);
    struct refusal refusal = { 0 };
    int result;

    if (!reply)
        return FAULT(FAULT_MEMORY, "out of memory for an answer");
    ci__query_reply__init(reply);
    result = answer(&asking, (const Ci__Query *)request->message, reply, &refusal);
    if (result == REFUSED)
        return request_refuse(request, refusal.code, refusal.nl, refusal.en);
    TRY(result);
    request_reply(request, &reply->base, 0);
    return txn->fault;
}
