/*
 * query.c: figures of the benchmark for everyone enrolled; participation, with the list only for who covers the area; the
 * late list for the municipality and for the central team.
 */
#include "common/base/fault.h"
#include "common/monitor/record_key.h"
#include "server/handlers/benchmark.h"
#include "server/handlers/handlers.h"
#include "server/ledger/late.h"

/* The central team sees what there is to admit, and who wrote it, not what it says: that is the municipality's. */
static int late_answer(const struct asking *asking, const Ci__LateQuery *query, Ci__LateList **list,
                       struct refusal *refusal)
{
    const char *own = principal_municipality(asking->principal);
    bool central = asking->principal->role == CI__ROLE__ROLE_CENTRAL;

    if (strlen(query->dossier) > DOSSIER_MAX || strlen(query->after_dossier) > DOSSIER_MAX)
        return refuse(refusal, ERROR_MALFORMED, NULL, NULL);
    if (!central && (!own || strcmp(own, query->dossier) != 0))
        return refuse(refusal, ERROR_NO_RIGHT, NULL, NULL);
    return late_list(asking->txn, query, !central, asking->arena, list);
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
