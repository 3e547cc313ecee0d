/*
 * query.c: figures of the benchmark for everyone enrolled; participation, with the list only for who covers the area.
 */
#include "common/base/fault.h"
#include "server/handlers/benchmark.h"
#include "server/handlers/handlers.h"

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
