/*
 * shrink.c: first halves, then quarters, in the end single steps.
 */
#include "tests/sim/shrink.h"

#include <string.h>

enum { ATTEMPTS_MAX = 400 };

static void without(struct schedule *out, const struct schedule *schedule, size_t from, size_t count)
{
    *out = *schedule;
    memmove(&out->steps[from], &out->steps[from + count], (schedule->count - from - count) * sizeof *out->steps);
    out->count -= count;
}

void shrink(struct schedule *schedule, const struct run *run, struct verdict wanted, const char *path,
            struct progress *progress)
{
    static struct schedule shorter;
    struct run attempt = *run;
    size_t chunk = schedule->count / 2;

    attempt.schedule = &shorter;
    attempt.says = false;
    for (int attempts = 0; chunk > 0 && attempts < ATTEMPTS_MAX;) {
        bool left_out = false;

        for (size_t from = 0; from + chunk <= schedule->count && attempts < ATTEMPTS_MAX; attempts++) {
            struct verdict verdict;

            without(&shorter, schedule, from, chunk);
            verdict = runner_run(&attempt, path, progress);
            if (verdict.failed && verdict.invariant == wanted.invariant) {
                *schedule = shorter;
                left_out = true;
            } else {
                from += chunk;
            }
        }
        if (!left_out || chunk > 1)
            chunk = chunk == 1 ? 0 : (chunk + 1) / 2 == chunk ? chunk - 1 : (chunk + 1) / 2;
    }
}
