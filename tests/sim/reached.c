/*
 * reached.c: counts, and names them. Knows nothing of where they are counted.
 */
#include "tests/sim/reached.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "tests/sim/progress.h"

static const char *const names[] = {
#define REACHED_NAME(upper, name) name,
    REACHED_TABLE(REACHED_NAME)
#undef REACHED_NAME
};

void reached(enum reached branch)
{
    progress_mine()->reached[branch]++;
}

void reached_if(bool so, enum reached branch)
{
    if (so)
        reached(branch);
}

void reached_print(const uint64_t counts[REACHED_COUNT])
{
    for (size_t i = 0; i < REACHED_COUNT; i++)
        printf("%9" PRIu64 "  %-46s%s", counts[i], names[i], i % 2 || i + 1 == REACHED_COUNT ? "\n" : "");
}

const char *reached_never(const uint64_t counts[REACHED_COUNT])
{
    for (size_t i = 0; i < REACHED_COUNT; i++)
        if (counts[i] == 0)
            return names[i];
    return NULL;
}
