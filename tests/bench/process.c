/*
 * process.c: a process as /proc shows it.
 */
#include "tests/bench/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/fault.h"

enum { SETTLE_US = 500 * 1000 };

static int resident(int process, uint64_t *bytes)
{
    char path[64], line[256];
    unsigned long long kib = 0;
    FILE *file;

    usleep(SETTLE_US);
    snprintf(path, sizeof path, "/proc/%d/status", process);
    file = fopen(path, "r");
    if (!file)
        return FAULT(FAULT_MISSING, "process %d is not there any more: its log says why", process);
    while (fgets(line, sizeof line, file) && sscanf(line, "VmRSS: %llu", &kib) != 1)
        continue;
    fclose(file);
    *bytes = kib * 1024;
    return 0;
}

static int open_all(const struct side *side, struct lane *lanes, size_t count, size_t *open)
{
    for (; *open < count; ++*open) {
        size_t who = *open % side->count;

        TRY(lane_open(&lanes[*open], &side->address, side->contexts[who]));
        TRY(side->protocol->greet(side->talkers[who], &lanes[*open]));
    }
    return 0;
}

static int grown(const struct side *side, struct lane *lanes, size_t count, size_t *open, uint64_t *bytes)
{
    uint64_t before, after;

    TRY(open_all(side, lanes, side->count, open)); /* what is needed once is there, then */
    TRY(resident(side->process, &before));
    TRY(open_all(side, lanes, side->count + count, open));
    TRY(resident(side->process, &after));
    *bytes = after > before ? (after - before) / count : 0;
    return 0;
}

int process_memory_per_idle(const struct side *side, size_t count, uint64_t *bytes)
{
    struct lane *lanes = calloc(side->count + count, sizeof *lanes);
    size_t open = 0;
    int result = lanes ? grown(side, lanes, count, &open, bytes) : FAULT(FAULT_MEMORY, "out of memory");

    while (open > 0)
        lane_close(&lanes[--open]);
    free(lanes);
    return result;
}

int process_time_us(int process, uint64_t *us)
{
    char path[64];
    unsigned long user, system;
    FILE *file;
    int got;

    snprintf(path, sizeof path, "/proc/%d/stat", process);
    file = fopen(path, "r");
    if (!file)
        return FAULT(FAULT_MISSING, "process %d is not there any more: its log says why", process);
    got = fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    fclose(file);
    if (got != 2)
        return FAULT(FAULT_IO, "%s cannot be understood", path);
    *us = (user + system) * UINT64_C(1000000) / (uint64_t)sysconf(_SC_CLK_TCK);
    return 0;
}
