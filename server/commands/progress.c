/*
 * progress.c: keeps back what changes faster than people read. Main thread.
 */
#include "server/commands/progress.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/base/clock.h"

enum { EVERY_US = 1000 * 1000 };

void progress_say(void *context, const char *doing, uint64_t done, uint64_t all)
{
    static uint64_t said_us;
    uint64_t now_us = clock_monotonic_us(&clock_system);

    (void)context;
    if (said_us == 0)
        said_us = now_us;
    if (now_us - said_us < EVERY_US)
        return;
    said_us = now_us;
    if (all > 1)
        fprintf(stderr, "%s: %" PRIu64 " of %" PRIu64 "\n", doing, done, all);
    else
        fprintf(stderr, "%s\n", doing);
}
