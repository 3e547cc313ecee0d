/*
 * watch.c: `cimonitor watch`: live figures and participation of areas, as they move, until interrupted or for --for SECONDS. Waits
 * out what passes, as `sync --follow` does. In --json one object a line: `figures`, each the newest state of what changed,
 * `connected`, `waiting` and why.
 */
#include <stdio.h>
#include <stdlib.h>

#include "client/commands/benchmark_query.h"
#include "client/commands/figures.h"
#include "client/commands/live.h"
#include "client/commands/run.h"
#include "common/wire/message.h"

enum { ARENA_BYTES = 4 * 1024 * 1024, SECONDS_MAX = 366 * 24 * 3600 };

struct watch {
    struct command_context *context;
    struct questionnaire *questionnaire; /* NULL: not known here yet */
    struct command_context shown;        /* the context with an arena of one event, for printing */
};

static void show_json(const Ci__Benchmark *benchmark, const Ci__Participation *participation)
{
    json_t *object = benchmark ? figures_json(benchmark) : json_object();

    if (participation)
        json_object_set_new(object, "participation", participation_json(participation));
    live_json(object, "figures");
}

static void show(const struct watch *watch, const Ci__Benchmark *benchmark, const Ci__Participation *participation)
{
    if (watch->context->json) {
        show_json(benchmark, participation);
    } else {
        if (participation)
            participation_print(&watch->shown, participation);
        if (benchmark && benchmark->n_areas)
            figures_print(&watch->shown, watch->questionnaire, benchmark);
        putchar('\n');
    }
    fflush(stdout);
}

static void on_state(void *context, enum link_state state, int fault, uint64_t wait_ms)
{
    const struct watch *watch = context;

    arena_reset(watch->shown.arena);
    live_state(&watch->shown, state, fault, wait_ms);
}

static int on_now(void *context, const Ci__Subscribed *now)
{
    const struct watch *watch = context;

    arena_reset(watch->shown.arena);
    show(watch, now->benchmark, now->participation);
    return 0;
}

static int on_event(void *context, uint16_t type, const ProtobufCMessage *event)
{
    const struct watch *watch = context;
    const Ci__CellsEvent *cells = (const Ci__CellsEvent *)event;

    arena_reset(watch->shown.arena);
    if (type == MESSAGE_CELLS_EVENT)
        show(watch, cells->benchmark, cells->participation);
    return 0;
}

static int run(struct watch *watch, Ci__BenchmarkQuery *query, uint64_t seconds)
{
    struct command_context *context = watch->context;
    Ci__Subscribe subscribe = CI__SUBSCRIBE__INIT;

    subscribe.benchmark = query;
    subscribe.participation = true;
    live_signals();
    return link_run(&(struct link_options){ .home = context->home,
                                            .replica = context->replica,
                                            .clock = context->clock,
                                            .subscribe = &subscribe,
                                            .end_us = clock_monotonic_us(context->clock) + seconds * 1000000,
                                            .stop = &live_stopped,
                                            .on_state = on_state,
                                            .on_now = on_now,
                                            .on_event = on_event,
                                            .context = watch });
}

int run_watch(struct command_context *context, int count, char **arguments)
{
    const char *seconds = NULL;
    const struct command_option extra = { .name = "--for", .value = &seconds };
    struct benchmark_arguments parsed;
    struct watch watch = { .context = context };
    int result = benchmark_query_read(&parsed, context, count, arguments, &extra, 1);

    if (result != 0)
        return result < 0 ? command_fault(context, result) : result;
    char *end = NULL;
    unsigned long limit = seconds ? strtoul(seconds, &end, 10) : SECONDS_MAX;

    if (seconds && (*seconds < '0' || *seconds > '9' || *end || limit > SECONDS_MAX))
        return command_usage(
            context, say(context->language, "--for: geef een aantal seconden", "--for: give a number of seconds"));
    watch.shown = *context;
    result = arena_new(&watch.shown.arena, ARENA_BYTES);
    if (result == 0)
        result = replica_questionnaire(context->replica, parsed.query.round, &watch.questionnaire);
    if (result >= 0)
        result = run(&watch, &parsed.query, limit);
    questionnaire_free(watch.questionnaire);
    arena_free(watch.shown.arena);
    return result < 0 ? command_fault(context, result) : result;
}
