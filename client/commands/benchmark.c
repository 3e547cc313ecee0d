/*
 * benchmark.c: `cimonitor benchmark`: the figures of areas as the server has them now; for coordinators and the central
 * team also who takes part. Needs the server.
 */
#include <stdio.h>

#include "client/commands/benchmark_query.h"
#include "client/commands/figures.h"
#include "client/commands/run.h"
#include "client/sync/call.h"
#include "common/wire/message.h"

static int ask(struct call *call, struct arena *arena, Ci__Query *query, Ci__QueryReply **reply)
{
    return call_request(call, MESSAGE_QUERY, &query->base, arena, (ProtobufCMessage **)reply);
}

static int ask_participation(struct call *call, struct arena *arena, const Ci__BenchmarkQuery *benchmark,
                             Ci__QueryReply **reply)
{
    Ci__ParticipationQuery participation = CI__PARTICIPATION_QUERY__INIT;
    Ci__Query query = CI__QUERY__INIT;

    participation.round = benchmark->round;
    participation.area = benchmark->areas[0];
    query.of_case = CI__QUERY__OF_PARTICIPATION;
    query.participation = &participation;
    return ask(call, arena, &query, reply);
}

static void print(const struct command_context *context, const Ci__Benchmark *benchmark,
                  const Ci__Participation *participation)
{
    CLEANUP(questionnaire_free) struct questionnaire *questionnaire = NULL;

    if (context->json) {
        json_t *object = figures_json(benchmark);

        json_object_set_new(object, "participation", participation_json(participation));
        command_print_json(object);
        return;
    }
    participation_print(context, participation);
    putchar('\n');
    /* Texts come from the replica; where it has none yet, node names do. */
    if (replica_questionnaire(context->replica, benchmark->round, &questionnaire) != 0)
        questionnaire = NULL;
    figures_print(context, questionnaire, benchmark);
}

static int run(struct command_context *context, Ci__BenchmarkQuery *benchmark)
{
    CLEANUP(call_close) struct call *call = NULL;
    Ci__Query query = CI__QUERY__INIT;
    Ci__QueryReply *figures = NULL, *participation = NULL;

    query.of_case = CI__QUERY__OF_BENCHMARK;
    query.benchmark = benchmark;
    TRY(call_open(&call, context->home, context->replica));
    TRY(ask(call, context->arena, &query, &figures));
    TRY(ask_participation(call, context->arena, benchmark, &participation));
    if (figures->of_case != CI__QUERY_REPLY__OF_BENCHMARK ||
        participation->of_case != CI__QUERY_REPLY__OF_PARTICIPATION)
        return FAULT(FAULT_INVALID, "the server answered something else than was asked: update the program");
    print(context, figures->benchmark, participation->participation);
    return EXIT_DONE;
}

int run_benchmark(struct command_context *context, int count, char **arguments)
{
    struct benchmark_arguments parsed;
    int result = benchmark_query_read(&parsed, context, count, arguments, NULL, 0);

    if (result == 0)
        result = run(context, &parsed.query);
    return result < 0 ? command_fault(context, result) : result;
}
