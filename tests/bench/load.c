/*
 * load.c: the load generator: the same connections, the same loop and the same clock for cimonitord and for Redis.
 *
 * tests/bench/run calls it. --only SIDE and --shape SHAPE narrow it down for a profiler.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/fault.h"
#include "common/format/questionnaire_yaml.h"
#include "common/wire/codec.h"
#include "tests/bench/ours.h"
#include "tests/bench/process.h"
#include "tests/bench/redis.h"
#include "tests/bench/report.h"

struct options {
    const char *questionnaire, *round, *redis_folder;
    unsigned seconds, rounds, idle;
    int port[SIDES], process[SIDES];
    int shape, side; /* −1: all */
    bool json;
    char **homes; /* one a connection */
    size_t home_count;
};

static struct side sides[SIDES] = { { .protocol = &protocol_ours }, { .protocol = &protocol_redis } };
static struct report report;

static void on_mistake(void *context, const char *file, unsigned line, const char *expected)
{
    (void)context;
    fprintf(stderr, "%s:%u: %s\n", file, line, expected);
}

/* As `cimonitord init` publishes it, byte for byte: its digest goes with every edit. */
static int questionnaire_load(struct questionnaire **out, const char *path)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Questionnaire *message;
    struct bytes packed;

    TRY(arena_new(&arena, QUESTIONNAIRE_YAML_ARENA));
    if (questionnaire_yaml_read(path, arena, &message, on_mistake, NULL) != 0)
        return FAULT(FAULT_INVALID, "%s cannot be used", path);
    packed = codec_pack(message, arena);
    if (!packed.data || questionnaire_new(out, packed, NULL, 0) != 0)
        return FAULT(FAULT_INVALID, "%s is not a sound questionnaire", path);
    return 0;
}

static int sides_make(const struct options *options, const struct survey *survey)
{
    for (size_t side = 0; side < SIDES; side++) {
        sides[side].address = (struct sockaddr_in){ .sin_family = AF_INET,
                                                    .sin_port = htons((uint16_t)options->port[side]),
                                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        sides[side].process = options->process[side];
        sides[side].count = options->home_count;
    }
    for (size_t i = 0; i < options->home_count; i++) {
        struct respondent *respondent;
        struct keys *keys;

        TRY(lane_context(&sides[OURS].contexts[i], options->homes[i], protocol_ours.alpn));
        TRY(respondent_new(&respondent, survey));
        sides[OURS].talkers[i] = respondent;
        TRY(lane_context(&sides[REDIS].contexts[i], options->redis_folder, protocol_redis.alpn));
        TRY(keys_new(&keys, (unsigned)i, survey->weights));
        sides[REDIS].talkers[i] = keys;
    }
    return 0;
}

static void sides_free(void)
{
    for (size_t i = 0; i < sides[OURS].count; i++) {
        respondent_free(sides[OURS].talkers[i]);
        keys_free(sides[REDIS].talkers[i]);
        lane_context_free(sides[OURS].contexts[i]);
        lane_context_free(sides[REDIS].contexts[i]);
    }
}

static const char *const shape_names[] = { "backlog", "answer", "query", "rivals", "snapshot" };

static int measure_round(const struct options *options, unsigned round)
{
    for (int shape = 0; shape < SHAPES; shape++) {
        size_t operations = shape == SHAPE_BACKLOG ? report.weights.edits : 1;

        for (int side = 0; side < SIDES; side++) {
            struct measured *measured = &report.measured[side][shape][round];

            if ((options->side >= 0 && options->side != side) || (options->shape >= 0 && options->shape != shape))
                continue;
            TRY(phase_run(&sides[side], (enum shape)shape, operations, options->seconds, measured));
            fprintf(stderr, "round %u  %-7s  %-10s  %8.0f a second\n", round + 1, shape_names[shape],
                    sides[side].protocol->name, measured->per_second);
        }
    }
    return 0;
}

static int measure(const struct options *options)
{
    CLEANUP(questionnaire_free) struct questionnaire *questionnaire = NULL;
    struct survey survey = { .round = options->round, .weights = &report.weights };
    struct measured filling; /* a benchmark without figures is no load */

    TRY(questionnaire_load(&questionnaire, options->questionnaire));
    survey.questionnaire = questionnaire;
    report.weights.edits = questionnaire->question_count;
    report.connections = options->home_count;
    report.seconds = options->seconds;
    report.rounds = options->rounds;
    report.idle = options->idle;
    TRY(sides_make(options, &survey));
    for (int side = 0; side < SIDES && options->idle > 0; side++)
        TRY(process_memory_per_idle(&sides[side], options->idle, &report.idle_bytes[side]));
    if (options->shape >= SHAPES) { /* what disturbs others: only how often is said */
        struct measured measured;

        TRY(phase_run(&sides[OURS], (enum shape)options->shape, 1, options->seconds, &measured));
        printf("%s: %.1f a second, %.0f KiB each\n", shape_names[options->shape], measured.per_second,
               measured.bytes_in / 1024);
        sides_free();
        return 0;
    }
    if (options->shape > SHAPE_BACKLOG && options->side != REDIS)
        TRY(phase_run(&sides[OURS], SHAPE_BACKLOG, report.weights.edits, 1, &filling));
    for (unsigned round = 0; round < options->rounds; round++)
        TRY(measure_round(options, round));
    sides_free();
    return 0;
}

/* One word of an option, as a number; 0 where it is none. */
static unsigned number(const char *text)
{
    return (unsigned)strtoul(text, NULL, 10);
}

static int word_of(const char *text, const char *const *words, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0)
            return i;
    return -1;
}

static bool parse(struct options *options, int argc, char **argv)
{
    static const char *const side_words[] = { "ours", "redis" };
    static const struct option known[] = {
        { "questionnaire", required_argument, NULL, 'q' },
        { "round", required_argument, NULL, 'y' },
        { "port", required_argument, NULL, 'p' },
        { "process", required_argument, NULL, 'i' },
        { "redis-port", required_argument, NULL, 'P' },
        { "redis-process", required_argument, NULL, 'I' },
        { "redis-tls", required_argument, NULL, 't' },
        { "seconds", required_argument, NULL, 's' },
        { "rounds", required_argument, NULL, 'r' },
        { "idle", required_argument, NULL, 'd' },
        { "shape", required_argument, NULL, 'S' },
        { "only", required_argument, NULL, 'o' },
        { "json", no_argument, NULL, 'j' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    *options = (struct options){ .seconds = 3, .rounds = 3, .shape = -1, .side = -1 };
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'q': options->questionnaire = optarg; break;
        case 'y': options->round = optarg; break;
        case 'p': options->port[OURS] = (int)number(optarg); break;
        case 'i': options->process[OURS] = (int)number(optarg); break;
        case 'P': options->port[REDIS] = (int)number(optarg); break;
        case 'I': options->process[REDIS] = (int)number(optarg); break;
        case 't': options->redis_folder = optarg; break;
        case 's': options->seconds = number(optarg); break;
        case 'r': options->rounds = number(optarg); break;
        case 'd': options->idle = number(optarg); break;
        case 'S': options->shape = word_of(optarg, shape_names, sizeof shape_names / sizeof *shape_names); break;
        case 'o': options->side = word_of(optarg, side_words, SIDES); break;
        case 'j': options->json = true; break;
        default: return false;
        }
    }
    options->homes = argv + optind;
    options->home_count = (size_t)(argc - optind);
    return options->questionnaire && options->round && options->redis_folder && options->home_count > 0 &&
           options->home_count <= CONNECTIONS_MAX && options->rounds > 0 && options->rounds <= ROUNDS_MAX;
}

int main(int argc, char **argv)
{
    struct options options;

    if (!parse(&options, argc, argv)) {
        fprintf(stderr, "This is called by tests/bench/run; see tests/bench/README.md.\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    if (measure(&options) < 0) {
        fprintf(stderr, "%s\n", fault_message());
        return 1;
    }
    if (options.shape >= SHAPES)
        return 0;
    if (options.json)
        report_print_json(&report);
    else
        report_print(&report);
    return 0;
}
