/*
 * benchmark.h: figures and participation as messages, for queries and subscriptions alike.
 */
#pragma once

#include "server/ledger/people.h"
#include "server/ledger/refusal.h"
#include "proto/messages.pb-c.h"

/* Who asks, of what. */
struct asking {
    const struct principal *principal;
    struct txn *txn;
    struct ledger *ledger;
    struct arena *arena;
};
/* Both: 0, REFUSED with the refusal, or a fault. */
int benchmark_answer(const struct asking *asking, const Ci__BenchmarkQuery *query, Ci__Benchmark **benchmark,
                     struct refusal *refusal);
int participation_answer(const struct asking *asking, const char *round, const char *area,
                         Ci__Participation **participation, struct refusal *refusal);
