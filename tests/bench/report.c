/*
 * report.c: takes the median round of each side and shape (by operations a second), and sets the sides beside each other.
 */
#include "tests/bench/report.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name, *ours, *redis;
} shapes[SHAPES] = {
    [SHAPE_BACKLOG] = { "backlog", "answers, a backlog a push", "SETs, a pipeline as long" },
    [SHAPE_ANSWER] = { "answer", "answers, one a push", "SETs, one at a time" },
    [SHAPE_QUERY] = { "query", "queries of a figure", "GETs" },
};

static int by_speed(const void *a, const void *b)
{
    double left = ((const struct measured *)a)->per_second, right = ((const struct measured *)b)->per_second;

    return (left > right) - (left < right);
}

static struct measured median(struct report *report, unsigned side, unsigned shape)
{
    struct measured *rounds = report->measured[side][shape];

    qsort(rounds, report->rounds, sizeof *rounds, by_speed);
    return rounds[report->rounds / 2];
}

static double ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

static void print_row(const char *name, const char *who, const struct measured *measured)
{
    printf("%-28s %-11s %10.0f %9.2f %9.2f %9.0f %9.0f %9.1f\n", name, who, measured->per_second,
           (double)measured->p50_us / 1000, (double)measured->p99_us / 1000, measured->bytes_out, measured->bytes_in,
           measured->processor_us);
}

void report_print(struct report *report)
{
    printf("\n%zu connections, TLS 1.3 with client certificates, median of %u rounds of %u s, sides in turn\n"
           "an answer: an edit of %zu bytes; Redis: a SET of as many, appendfsync always; a figure: %zu bytes\n\n",
           report->connections, report->rounds, report->seconds, report->weights.edit_bytes,
           report->weights.figure_bytes);
    printf("%-28s %-11s %10s %9s %9s %9s %9s %9s\n", "", "", "a second", "p50 ms", "p99 ms", "B sent", "B back",
           "CPU us");
    for (unsigned shape = 0; shape < SHAPES; shape++) {
        struct measured ours = median(report, OURS, shape), redis = median(report, REDIS, shape);

        if (ours.per_second <= 0 && redis.per_second <= 0)
            continue; /* left out (--shape, --only) */
        print_row(shapes[shape].ours, "cimonitord", &ours);
        print_row(shapes[shape].redis, "redis", &redis);
        printf("%-28s %-11s %9.2fx\n\n", "", "ratio", ratio(ours.per_second, redis.per_second));
    }
    printf("memory of an idle connection (of %zu): cimonitord %.1f KiB, redis %.1f KiB\n", report->idle,
           (double)report->idle_bytes[OURS] / 1024, (double)report->idle_bytes[REDIS] / 1024);
}

static void print_side(const char *name, const struct measured *measured)
{
    printf("\"%s\": {\"per_second\": %.0f, \"p50_us\": %llu, \"p99_us\": %llu, ", name, measured->per_second,
           (unsigned long long)measured->p50_us, (unsigned long long)measured->p99_us);
    printf("\"bytes_sent\": %.1f, \"bytes_back\": %.1f, \"processor_us\": %.1f}", measured->bytes_out,
           measured->bytes_in, measured->processor_us);
}

void report_print_json(struct report *report)
{
    printf("{\"connections\": %zu, \"seconds\": %u, \"rounds\": %u, \"edit_bytes\": %zu, \"figure_bytes\": %zu, ",
           report->connections, report->seconds, report->rounds, report->weights.edit_bytes,
           report->weights.figure_bytes);
    for (unsigned shape = 0; shape < SHAPES; shape++) {
        struct measured ours = median(report, OURS, shape), redis = median(report, REDIS, shape);

        printf("\"%s\": {", shapes[shape].name);
        print_side("cimonitord", &ours);
        printf(", ");
        print_side("redis", &redis);
        printf(", \"ratio\": %.3f}, ", ratio(ours.per_second, redis.per_second));
    }
    printf("\"idle_connection_bytes\": {\"cimonitord\": %llu, \"redis\": %llu}}\n",
           (unsigned long long)report->idle_bytes[OURS], (unsigned long long)report->idle_bytes[REDIS]);
}
