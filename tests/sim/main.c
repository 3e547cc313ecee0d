/*
 * main.c: the command: which seeds, how many at once, and what is said of a seed that breaks an invariant.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/base/log.h"
#include "tests/sim/invariants.h"
#include "tests/sim/planted.h"
#include "tests/sim/play.h"
#include "tests/sim/reached.h"
#include "tests/sim/shrink.h"
#include "tests/sim/trace.h"

enum { JOBS_MAX = 16, LENGTH = 70, TWIN_EVERY = 8, REPORTED_MAX = 5, SEEDS_FOR_ALL = 2000 };
static const long long ten_years_ms = 10ll * 365 * 24 * 3600 * 1000;

struct options {
    uint64_t first, last;
    size_t jobs, length;
    bool stops, quiet, traces, verbose;
    const char *plant, *named, *play;
};

/* A place for one run at a time. */
struct slot {
    pid_t child; /* 0: free */
    uint64_t seed;
    bool is_twin;
    char path[80];
    struct progress *progress;
    struct schedule schedule;
};

struct tally {
    uint64_t done, failed, entries, edits, first_failed;
    uint64_t reached[REACHED_COUNT];
    uint64_t outcomes[JOBS_MAX]; /* of the run whose twin comes next in this slot */
};

static char base[48];

static void remove_all(void)
{
    folder_remove(base);
}

static struct run run_of(const struct slot *slot, const struct options *options)
{
    return (struct run){ .schedule = &slot->schedule,
                         .seed = slot->seed,
                         .says = options->traces,
                         .clocks_shifted_ms = slot->is_twin ? ten_years_ms : 0 };
}

static void start(struct slot *slot, uint64_t seed, bool is_twin, const struct options *options)
{
    struct run run;

    slot->seed = seed;
    slot->is_twin = is_twin;
    schedule_make(&slot->schedule, seed, options->length);
    run = run_of(slot, options);
    slot->child = runner_start(&run, slot->path, slot->progress);
}

/* The shortest trace, and how to see it again. */
static void explain(const struct slot *slot, struct verdict verdict, const struct options *options)
{
    static struct schedule shortest;
    struct run run = run_of(slot, options);

    shortest = slot->schedule;
    shrink(&shortest, &run, verdict, slot->path, slot->progress);
    printf("The shortest trace found, %zu steps of %zu:\n", shortest.count, slot->schedule.count);
    run.schedule = &shortest;
    run.says = true;
    runner_run(&run, slot->path, slot->progress);
    printf("%4zu  %s: %s\n", slot->progress->step, slot->progress->deed, slot->progress->text);
    printf("For tests/sim/seeds.txt, below a sentence that says what was wrong:\n");
    trace_print(&shortest, stdout);
}

static void report(const struct slot *slot, struct verdict verdict, const struct options *options, struct tally *tally)
{
    if (tally->failed++ == 0)
        tally->first_failed = slot->seed;
    if (tally->failed > REPORTED_MAX)
        return;
    printf("SEED %llu%s breaks invariant %d: %s\n  at step %zu (%s): %s\n", (unsigned long long)slot->seed,
           slot->is_twin ? " with its clocks shifted" : "", verdict.invariant, invariant_sentence(verdict.invariant),
           slot->progress->step, slot->progress->deed, slot->progress->text);
    if (options->quiet)
        return;
    if (tally->failed == 1)
        explain(slot, verdict, options);
    printf("Again: tests/sim/run --seed %llu%s%s\n", (unsigned long long)slot->seed, options->plant ? " --plant " : "",
           options->plant ? options->plant : "");
}

/* One run has ended; its twin, with other clocks, follows now and then. */
static void take_up(struct slot *slot, size_t index, int status, const struct options *options, struct tally *tally)
{
    struct verdict verdict = runner_verdict(status, slot->progress);
    uint64_t outcomes = slot->progress->outcomes;

    slot->child = 0;
    if (!verdict.failed && slot->is_twin && outcomes != tally->outcomes[index]) {
        verdict = (struct verdict){ true, 10 };
        snprintf(slot->progress->text, PROGRESS_TEXT, "other outcomes with all clocks ten years on");
        tally->failed++;
        printf("SEED %llu breaks invariant 10: %s\n", (unsigned long long)slot->seed, invariant_sentence(10));
        return;
    }
    tally->done += !slot->is_twin;
    tally->entries += slot->progress->entries;
    tally->edits += slot->progress->edits;
    for (size_t i = 0; i < REACHED_COUNT; i++)
        tally->reached[i] += slot->progress->reached[i];
    tally->outcomes[index] = outcomes;
    if (verdict.failed)
        report(slot, verdict, options, tally);
    else if (!slot->is_twin && slot->seed % TWIN_EVERY == 0)
        start(slot, slot->seed, true, options);
}

static void wait_for_one(struct slot *slots, const struct options *options, struct tally *tally)
{
    int status;
    pid_t child = wait(&status);

    CHECK(child > 0);
    for (size_t i = 0; i < options->jobs; i++)
        if (slots[i].child == child)
            take_up(&slots[i], i, status, options, tally);
}

static bool any_runs(const struct slot *slots, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slots[i].child)
            return true;
    return false;
}

static void run_all(struct slot *slots, const struct options *options, struct tally *tally)
{
    uint64_t next = options->first;

    while (next <= options->last || any_runs(slots, options->jobs)) {
        bool goes_on = next <= options->last && !(options->stops && tally->failed);

        for (size_t i = 0; i < options->jobs && goes_on && next <= options->last; i++)
            if (!slots[i].child)
                start(&slots[i], next++, false, options);
        if (!any_runs(slots, options->jobs))
            break;
        wait_for_one(slots, options, tally);
        if (isatty(2) && tally->done % 50 == 0)
            fprintf(stderr, "\r%llu seeds", (unsigned long long)tally->done);
    }
}

/* Every trace of the file, as TAP. Returns how many are broken. */
static int run_named(struct slot *slot, const struct options *options)
{
    FILE *file = fopen(options->named, "re");
    char title[TRACE_TITLE];
    int number = 0, broken = 0;

    CHECK(file != NULL);
    while (trace_read(file, title, &slot->schedule)) {
        struct run run = run_of(slot, options);
        struct verdict verdict = runner_run(&run, slot->path, slot->progress);

        printf("%sok %d - %s\n", verdict.failed ? "not " : "", ++number, title);
        if (verdict.failed)
            printf("# invariant %d, step %zu (%s): %s\n", verdict.invariant, slot->progress->step, slot->progress->deed,
                   slot->progress->text);
        broken += verdict.failed;
    }
    printf("1..%d\n", number);
    fclose(file);
    return broken;
}

/* So many seeds come through every branch that matters, or they no longer prove what they should. */
static bool reached_all(const struct options *options, const struct tally *tally)
{
    const char *never = reached_never(tally->reached);

    if (options->verbose)
        reached_print(tally->reached);
    if (!never || options->plant || options->length < LENGTH || tally->done < SEEDS_FOR_ALL)
        return true;
    if (!options->verbose)
        reached_print(tally->reached);
    printf("In %llu seeds this never happened: %s\n", (unsigned long long)tally->done, never);
    return false;
}

static _Noreturn void usage(void)
{
    fprintf(stderr,
            "sim [--seed N | --seeds A..B | --named FILE | --play FILE] [--jobs N] [--steps N] [--stop] [--quiet] "
            "[--verbose] [--trace] [--plant NAME]\n"
            "Runs the real server and clients in a simulated world, one world a seed.\n");
    exit(2);
}

static uint64_t number(const char *text, const char **rest)
{
    char *end;
    uint64_t value = text ? strtoull(text, &end, 10) : 0;

    if (!text || end == text)
        usage();
    *rest = end;
    return value;
}

static void parse(struct options *options, char **arguments)
{
    const char *rest = "";

    for (char **at = arguments + 1; *at; at++) {
        if (strcmp(*at, "--seed") == 0) {
            options->first = options->last = number(*++at, &rest);
        } else if (strcmp(*at, "--seeds") == 0) {
            options->first = number(*++at, &rest);
            if (strncmp(rest, "..", 2) != 0)
                usage();
            options->last = number(rest + 2, &rest);
        } else if (strcmp(*at, "--jobs") == 0) {
            options->jobs = number(*++at, &rest);
        } else if (strcmp(*at, "--steps") == 0) {
            options->length = number(*++at, &rest);
        } else if (strcmp(*at, "--plant") == 0 && at[1]) {
            options->plant = *++at;
        } else if (strcmp(*at, "--named") == 0 && at[1]) {
            options->named = *++at;
        } else if (strcmp(*at, "--play") == 0 && at[1]) {
            options->play = *++at;
        } else if (strcmp(*at, "--stop") == 0) {
            options->stops = true;
        } else if (strcmp(*at, "--trace") == 0) {
            options->traces = true;
        } else if (strcmp(*at, "--verbose") == 0) {
            options->verbose = true;
        } else if (strcmp(*at, "--quiet") == 0) {
            options->quiet = true;
        } else {
            usage();
        }
        if (*rest || !*at)
            usage();
    }
    if (options->jobs < 1 || options->jobs > JOBS_MAX || options->length < 1 || options->length > STEPS_MAX)
        usage();
}

int main(int count, char **arguments)
{
    static struct slot slots[JOBS_MAX];
    struct options options = { .first = 1, .last = 100, .jobs = 2, .length = LENGTH };
    struct tally tally = { 0 };

    (void)count;
    parse(&options, arguments);
    if (options.plant && !plant_choose(options.plant))
        usage();
    log_set_level(LOG_ERROR);
    setvbuf(stdout, NULL, _IOLBF, 0);
    snprintf(base, sizeof base, "%s/cimonitor-sim-%d", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
             (int)getpid());
    CHECK(mkdir(base, 0700) == 0);
    slots[0].progress = progress_make();
    progress_use(slots[0].progress);
    template_make(base);
    for (size_t i = 0; i < options.jobs; i++) {
        snprintf(slots[i].path, sizeof slots[i].path, "%s/%zu", base, i);
        slots[i].progress = progress_make();
    }
    if (options.named || options.play) {
        bool failed = options.named ? run_named(&slots[0], &options) > 0 : !play_file(options.play, slots[0].path);

        remove_all();
        return failed;
    }
    run_all(slots, &options, &tally);
    remove_all();
    printf("%llu seeds, %llu broke an invariant; %llu edits, %llu entries\n", (unsigned long long)tally.done,
           (unsigned long long)tally.failed, (unsigned long long)tally.edits, (unsigned long long)tally.entries);
    return !reached_all(&options, &tally) || tally.failed > 0;
}
