/*
 * watch.c: `cimonitor watch`: live figures and participation of areas, as they move. Needs the server; ends with the
 * server's goodbye, after --for SECONDS, or when interrupted. In --json one object a line, each the newest state of
 * what changed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "client/commands/benchmark_query.h"
#include "client/commands/figures.h"
#include "client/commands/run.h"
#include "client/sync/call.h"
#include "common/wire/message.h"

enum { WAIT_MS = 10000, ARENA_BYTES = 4 * 1024 * 1024, SECONDS_MAX = 366 * 24 * 3600 };

struct watch {
    struct command_context *context;
    struct questionnaire *questionnaire; /* NULL: not known here yet */
    struct arena *arena;                 /* of one event */
    struct command_context shown;        /* the context with that arena, for printing */
};

static void show_json(const Ci__Benchmark *benchmark, const Ci__Participation *participation)
{
    json_t *object = benchmark ? figures_json(benchmark) : json_object();

    if (participation)
        json_object_set_new(object, "participation", participation_json(participation));
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
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

/* One event, or none within the time. `*over` where the server ended the session. */
static int follow(struct watch *watch, struct call *call, unsigned timeout_ms, bool *over)
{
    ProtobufCMessage *event = NULL;
    uint16_t type = 0;

    arena_reset(watch->arena);
    int result = call_event(call, timeout_ms, watch->arena, &type, &event);

    if (result != 0)
        return result < 0 ? result : 0;
    if (type == MESSAGE_CELLS_EVENT) {
        const Ci__CellsEvent *cells = (const Ci__CellsEvent *)event;

        show(watch, cells->benchmark, cells->participation);
    }
    if (type == MESSAGE_GOODBYE_EVENT) {
        const Ci__GoodbyeEvent *goodbye = (const Ci__GoodbyeEvent *)event;

        *over = true;
        fprintf(stderr, "%s\n", goodbye->reason ? text_in(goodbye->reason->text, watch->context->language) : "");
    }
    return 0;
}

static int subscribe(struct watch *watch, struct call *call, Ci__BenchmarkQuery *query)
{
    Ci__Subscribe subscribe = CI__SUBSCRIBE__INIT;
    Ci__Subscribed *now = NULL;

    subscribe.benchmark = query;
    subscribe.participation = true;
    TRY(call_request(call, MESSAGE_SUBSCRIBE, &subscribe.base, watch->context->arena, (ProtobufCMessage **)&now));
    show(watch, now->benchmark, now->participation);
    return 0;
}

/* Pings keep a quiet session from being closed as idle. */
static int ping(struct watch *watch, struct call *call)
{
    Ci__Ping request = CI__PING__INIT;
    ProtobufCMessage *reply = NULL;

    arena_reset(watch->arena);
    return call_request(call, MESSAGE_PING, &request.base, watch->arena, &reply);
}

static int run(struct watch *watch, Ci__BenchmarkQuery *query, uint64_t end_us)
{
    CLEANUP(call_close) struct call *call = NULL;
    const struct clock *clock = watch->context->clock;
    bool over = false;

    TRY(call_open(&call, watch->context->home, watch->context->replica));
    TRY(subscribe(watch, call, query));
    for (uint64_t now = clock_monotonic_us(clock); !over && now < end_us; now = clock_monotonic_us(clock)) {
        uint64_t left_ms = (end_us - now) / 1000 + 1;

        TRY(follow(watch, call, left_ms < WAIT_MS ? (unsigned)left_ms : WAIT_MS, &over));
        if (!over)
            TRY(ping(watch, call));
    }
    return over ? EXIT_OFFLINE : EXIT_DONE;
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
    result = arena_new(&watch.arena, ARENA_BYTES);
    watch.shown = *context;
    watch.shown.arena = watch.arena;
    if (result == 0)
        result = replica_questionnaire(context->replica, parsed.query.round, &watch.questionnaire);
    if (result >= 0)
        result = run(&watch, &parsed.query, clock_monotonic_us(context->clock) + (uint64_t)limit * 1000000);
    questionnaire_free(watch.questionnaire);
    arena_free(watch.arena);
    return result < 0 ? command_fault(context, result) : result;
}
