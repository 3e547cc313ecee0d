/*
 * ask.c: see ask.h. Reads and fills the replica; knows nothing of connections.
 */
#include "client/sync/ask.h"

#include <stdio.h>
#include <string.h>

#include "common/base/fault.h"
#include "common/monitor/area.h"
#include "common/wire/codec.h"

static void add_area(struct ask *ask, const char *code)
{
    if (ask->area_count < ASK_AREAS_MAX && strlen(code) < sizeof ask->areas[0])
        snprintf(ask->areas[ask->area_count++], sizeof ask->areas[0], "%s", code);
}

/* The areas that the municipality lies in; none where its record is not here. */
static int add_municipality(struct ask *ask, struct replica *replica, const char *code, struct arena *arena)
{
    Ci__Edit *edit = NULL;
    Ci__Area *area = NULL;
    const char *key = arena_format(arena, "area/%s", code);

    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory");
    int found = replica_word(replica, arena, "NL", key, &edit, NULL);

    if (found != 0 || edit->cleared)
        return found < 0 ? found : 0;
    if (CODEC_UNPACK(ci__area, bytes_from(edit->value), arena, &area) != 0)
        return FAULT(FAULT_CORRUPT, "the record of area %s cannot be read", code);
    for (size_t i = 0; i < area->n_parents; i++)
        add_area(ask, area->parents[i]);
    add_area(ask, area_size_class_code(area_size_class(area->population)));
    return 0;
}

struct rounds {
    struct ask *ask;
    struct replica *replica;
    struct arena *arena;
};

static int add_round(void *context, const char *key)
{
    struct rounds *rounds = context;
    const char *id = key + strlen("round/");
    Ci__Round *round = NULL;
    int found = replica_round(rounds->replica, rounds->arena, id, &round);

    if (found < 0)
        return found;
    if (found == 0 && round->state != CI__ROUND__STATE__PLANNED && rounds->ask->round_count < ASK_ROUNDS_MAX &&
        strlen(id) < sizeof rounds->ask->rounds[0])
        snprintf(rounds->ask->rounds[rounds->ask->round_count++], sizeof rounds->ask->rounds[0], "%s", id);
    return 0;
}

/* From what the replica holds now. A municipality: nation, province, regions, size class; a coordinator: its areas. */
static int find(struct ask *ask, struct replica *replica, const struct identity *identity, struct arena *arena)
{
    const char *municipality = identity_municipality(identity);
    struct rounds rounds = { ask, replica, arena };

    if (municipality)
        TRY(add_municipality(ask, replica, municipality, arena));
    else if (identity->role == CI__ROLE__ROLE_COORDINATOR)
        for (size_t i = 0; i < identity->area_count; i++)
            add_area(ask, identity->areas[i]);
    return ask->area_count ? replica_each(replica, "NL", "round/", add_round, &rounds) : 0;
}

/* Whether this home has the municipality's submission of the round and no receipt of just that. */
static int wants_receipt(struct replica *replica, const char *municipality, const char *round, struct arena *arena,
                         bool *wants)
{
    Ci__Record *record = NULL;
    Ci__Signed *stored = NULL;
    Ci__Receipt *receipt = NULL;
    const char *key = arena_format(arena, "submission/%s", round);
    int found;

    *wants = false;
    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory");
    found = replica_record(replica, arena, municipality, key, &record);
    if (found != 0)
        return found < 0 ? found : 0;
    found = replica_receipt(replica, arena, round, &stored);
    TRY(found);
    *wants = found == REPLICA_NONE || CODEC_UNPACK(ci__receipt, bytes_from(stored->content), arena, &receipt) != 0 ||
             !bytes_equal(bytes_from(receipt->edit), bytes_from(record->standing->id));
    return 0;
}

static void ask_figures(struct ask *ask, const char *round, bool adopted)
{
    ci__benchmark_query__init(&ask->benchmark);
    ask->query.of_case = CI__QUERY__OF_BENCHMARK;
    ask->query.benchmark = &ask->benchmark;
    ask->benchmark.round = (char *)(uintptr_t)round;
    ask->benchmark.basis = adopted ? CI__BASIS__ADOPTED : CI__BASIS__LIVE;
    ask->benchmark.areas = ask->asked_areas;
    for (size_t i = 0; i < ask->area_count; i++)
        ask->asked_areas[ask->benchmark.n_areas++] = ask->areas[i];
}

static void ask_receipt(struct ask *ask, const char *round, const char *municipality)
{
    ci__receipt_query__init(&ask->receipt);
    ask->query.of_case = CI__QUERY__OF_RECEIPT;
    ask->query.receipt = &ask->receipt;
    ask->receipt.round = (char *)(uintptr_t)round;
    ask->receipt.municipality = (char *)(uintptr_t)municipality;
}

int ask_next(struct ask *ask, struct replica *replica, const struct identity *identity, struct arena *arena)
{
    const char *municipality = identity_municipality(identity);
    bool wanted = false;

    if (ask->asked == 0)
        TRY(find(ask, replica, identity, arena));
    ci__query__init(&ask->query);
    for (; !wanted && ask->asked < 3 * ask->round_count; ask->asked++) {
        const char *round = ask->rounds[ask->asked % ask->round_count];
        size_t kind = ask->asked / ask->round_count;

        if (kind < 2) {
            ask_figures(ask, round, kind == 1);
            wanted = true;
        } else if (municipality) {
            ask_receipt(ask, round, municipality);
            TRY(wants_receipt(replica, municipality, round, arena, &wanted));
        }
    }
    return wanted ? 0 : ASK_ENDED;
}

void ask_recall(struct ask *ask, const Ci__Query *query)
{
    ask->query = *query;
    if (query->of_case == CI__QUERY__OF_RECEIPT)
        ask->receipt = *query->receipt;
}

int ask_answer(struct ask *ask, struct replica *replica, struct arena *arena, const Ci__QueryReply *reply)
{
    if (ask->query.of_case == CI__QUERY__OF_BENCHMARK && reply->of_case == CI__QUERY_REPLY__OF_BENCHMARK)
        return replica_figures_store(replica, reply->benchmark);
    if (ask->query.of_case == CI__QUERY__OF_RECEIPT && reply->of_case == CI__QUERY_REPLY__OF_RECEIPT)
        return replica_receipt_store(replica, arena, ask->receipt.round, reply->receipt);
    return FAULT(FAULT_INVALID, "the server answered something else than was asked: update the program");
}
