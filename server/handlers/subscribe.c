/*
 * subscribe.c: the figures, and how far the dossiers are, now; the session keeps the message and asks again when something moved.
 */
#include "common/base/fault.h"
#include "server/handlers/benchmark.h"
#include "server/handlers/handlers.h"
#include "server/ledger/feed.h"

static int add_head(const struct asking *asking, const char *dossier, Ci__Subscribed *now)
{
    Ci__DossierHead *head = arena_alloc(asking->arena, sizeof *head);

    if (!head)
        return FAULT(FAULT_MEMORY, "out of memory for an answer");
    ci__dossier_head__init(head);
    head->dossier = arena_string(asking->arena, dossier);
    head->position = feed_newest(asking->txn, dossier);
    if (!head->dossier)
        return FAULT(FAULT_MEMORY, "out of memory for an answer");
    now->heads[now->n_heads++] = head;
    return asking->txn->fault;
}

/* Those that hello names for pulling. */
static int heads_now(const struct asking *asking, Ci__Subscribed *now)
{
    const char *own = principal_municipality(asking->principal);

    now->heads = arena_alloc(asking->arena, 2 * sizeof *now->heads);
    if (!now->heads)
        return FAULT(FAULT_MEMORY, "out of memory for an answer");
    TRY(add_head(asking, "NL", now));
    return own ? add_head(asking, own, now) : 0;
}

static int figures_now(const struct asking *asking, const Ci__Subscribe *subscribe, Ci__Subscribed **figures,
                       struct refusal *refusal)
{
    const Ci__BenchmarkQuery *query = subscribe->benchmark;
    Ci__Subscribed *now = arena_alloc(asking->arena, sizeof *now);
    int result = 0;

    if (!now)
        return FAULT(FAULT_MEMORY, "out of memory for the figures");
    if (!query && !subscribe->dossiers)
        return refuse(refusal, ERROR_MALFORMED, NULL, NULL);
    ci__subscribed__init(now);
    if (subscribe->dossiers)
        TRY(heads_now(asking, now));
    if (query)
        result = benchmark_answer(asking, query, &now->benchmark, refusal);
    if (result == 0 && query && subscribe->participation)
        result = participation_answer(asking, query->round, query->areas[0], &now->participation, refusal);
    if (result == 0)
        *figures = now;
    return result;
}

int subscription_figures(const Ci__Subscribe *subscribe, const struct principal *principal, struct txn *txn,
                         struct ledger *ledger, struct arena *arena, Ci__Subscribed **figures)
{
    struct asking asking = { principal, txn, ledger, arena };
    struct refusal refusal = { 0 };
    int result = figures_now(&asking, subscribe, figures, &refusal);

    return result == REFUSED ? (int)refusal.code : result;
}

int handle_subscribe(struct request *request, struct txn *txn, struct ledger *ledger)
{
    struct asking asking = { &request->principal, txn, ledger, request->arena };
    struct refusal refusal = { 0 };
    Ci__Subscribed *figures = NULL;
    int result = figures_now(&asking, (const Ci__Subscribe *)request->message, &figures, &refusal);

    if (result == REFUSED)
        return request_refuse(request, refusal.code, refusal.nl, refusal.en);
    TRY(result);
    request_reply(request, &figures->base, 0);
    return txn->fault;
}

int handle_unsubscribe(struct request *request, struct txn *txn, struct ledger *ledger)
{
    Ci__Unsubscribe *reply = arena_alloc(request->arena, sizeof *reply);

    (void)txn;
    (void)ledger;
    if (!reply)
        return FAULT(FAULT_MEMORY, "out of memory for an answer");
    ci__unsubscribe__init(reply);
    request_reply(request, &reply->base, 0);
    return 0;
}
