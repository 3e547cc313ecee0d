/*
 * benchmark.c: checks what is asked for, and puts the answer together. What may be shown is decided in
 * server/benchmark/disclosure.c; who may see names of participants, here.
 */
#include "server/handlers/benchmark.h"

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/monitor/area.h"
#include "common/wire/limits.h"
#include "server/benchmark/figures.h"
#include "server/benchmark/participation.h"
#include "server/ledger/meta.h"
#include "server/ledger/records.h"
#include "server/ledger/rounds.h"

static int no_room(void)
{
    return FAULT(FAULT_MEMORY, "the figures take more memory than a request may: ask for fewer areas or nodes");
}

/* The name that people read; REFUSED where there is no such area. */
static int area_name(const struct asking *asking, const char *code, const char **name, struct refusal *refusal)
{
    char *key = arena_format(asking->arena, "area/%s", code);
    Ci__Area *area = NULL;
    int result;

    for (unsigned size_class = 0; size_class < SIZE_CLASSES; size_class++)
        if (strcmp(area_size_class_code(size_class), code) == 0) {
            *name = area_size_class_name(size_class).nl;
            return 0;
        }
    if (!key)
        return no_room();
    if (!area_code_is_valid(code))
        return refuse(refusal, ERROR_UNKNOWN_AREA, NULL, NULL);
    result = RECORD_VALUE(asking->txn, "NL", key, ci__area, asking->arena, &area);
    TRY(result);
    if (result == RECORD_NONE)
        return refuse(refusal, ERROR_UNKNOWN_AREA, NULL, NULL);
    *name = area->name;
    return 0;
}

static int find_nodes(const struct asking *asking, const Ci__BenchmarkQuery *query, struct figures_wanted *wanted,
                      struct refusal *refusal)
{
    size_t *nodes = arena_alloc(asking->arena, (query->n_nodes + 1) * sizeof *nodes);

    if (!nodes)
        return no_room();
    for (size_t i = 0; i < query->n_nodes; i++) {
        int node = node_find(wanted->questionnaire, query->nodes[i]);

        if (node < 0)
            return refuse(refusal, ERROR_UNKNOWN_QUESTION, NULL, NULL);
        nodes[i] = (size_t)node;
    }
    wanted->nodes = query->n_nodes ? nodes : NULL;
    wanted->node_count = query->n_nodes;
    return 0;
}

static int find_wanted(const struct asking *asking, const Ci__BenchmarkQuery *query, struct figures_wanted *wanted,
                       struct refusal *refusal)
{
    struct round_state round;
    int result = ledger_questionnaire(asking->ledger, asking->txn, query->round, &wanted->questionnaire);

    TRY(result);
    if (result == LEDGER_NONE || !round_find(asking->txn, query->round, &round))
        return refuse(refusal, ERROR_UNKNOWN_ROUND, NULL, NULL);
    wanted->cells = ledger_cells(asking->ledger);
    wanted->rule = round.rule;
    wanted->released = round.state == CI__ROUND__STATE__RELEASED;
    wanted->round = query->round;
    wanted->basis = query->basis;
    return find_nodes(asking, query, wanted, refusal);
}

/* All that is read from the store, so that the lock is held for the figures alone. */
static int find_names(const struct asking *asking, const Ci__BenchmarkQuery *query, const char *names[QUERY_AREAS_MAX],
                      struct refusal *refusal)
{
    int result = 0;

    for (size_t i = 0; i < query->n_areas && result == 0; i++)
        result = area_name(asking, query->areas[i], &names[i], refusal);
    return result;
}

static int answer_areas(const struct asking *asking, const Ci__BenchmarkQuery *query, const char *const *names,
                        const struct figures_wanted *wanted, Ci__Benchmark *benchmark)
{
    int result = 0;

    cells_lock(ledger_cells(asking->ledger));
    for (size_t i = 0; i < query->n_areas && result == 0; i++)
        result = figures_of_area(wanted, query->areas[i], names[i], asking->arena, &benchmark->areas[i]);
    cells_unlock(ledger_cells(asking->ledger));
    benchmark->n_areas = query->n_areas;
    return result;
}

int benchmark_answer(const struct asking *asking, const Ci__BenchmarkQuery *query, Ci__Benchmark **benchmark,
                     struct refusal *refusal)
{
    struct figures_wanted wanted = { 0 };
    const char *names[QUERY_AREAS_MAX] = { NULL };
    Ci__Benchmark *answer = arena_alloc(asking->arena, sizeof *answer);
    int result;

    if (!answer)
        return no_room();
    ci__benchmark__init(answer);
    if (query->n_areas == 0 || query->n_areas > QUERY_AREAS_MAX || query->n_nodes > QUERY_NODES_MAX ||
        strlen(query->round) > ROUND_ID_MAX)
        return refuse(refusal, ERROR_INVALID, "noem 1 tot 16 gebieden en hoogstens 64 onderdelen",
                      "name 1 to 16 areas and at most 64 nodes");
    result = find_wanted(asking, query, &wanted, refusal);
    if (result == 0)
        result = find_names(asking, query, names, refusal);
    if (result != 0)
        return result;
    answer->areas = arena_alloc(asking->arena, query->n_areas * sizeof *answer->areas);
    answer->round = arena_string(asking->arena, query->round);
    if (!answer->areas || !answer->round)
        return no_room();
    answer->basis = query->basis;
    answer->as_of_ms = meta_time(asking->txn);
    TRY(answer_areas(asking, query, names, &wanted, answer));
    *benchmark = answer;
    return 0;
}

int participation_answer(const struct asking *asking, const char *round, const char *area,
                         Ci__Participation **participation, struct refusal *refusal)
{
    char date[DATE_SIZE];
    const char *name = NULL;
    struct round_state state;
    int result;

    if (strlen(round) > ROUND_ID_MAX || !round_find(asking->txn, round, &state))
        return refuse(refusal, ERROR_UNKNOWN_ROUND, NULL, NULL);
    result = area_name(asking, area, &name, refusal);
    if (result != 0)
        return result;
    return participation_of_area(asking->txn, round, area, date_print(date, meta_time(asking->txn)),
                                 principal_covers(asking->txn, asking->principal, area), asking->arena, participation);
}
