/*
 * runner.h: one run of a schedule in a process of its own, so that whatever happens to it is seen from outside.
 */
#pragma once

#include "tests/sim/progress.h"
#include "tests/sim/schedule.h"

struct run {
    const struct schedule *schedule;
    uint64_t seed;
    long long clocks_shifted_ms;
    bool says; /* prints each step; else what it prints is thrown away */
};

struct verdict {
    bool failed;
    int invariant; /* 0 where the process went down */
};

/* Starts it in the folder `path`; returns its process. */
int runner_start(const struct run *run, const char *path, struct progress *progress);
/* What the exit status of that process says. */
struct verdict runner_verdict(int status, const struct progress *progress);
/* Both, and waits between. */
struct verdict runner_run(const struct run *run, const char *path, struct progress *progress);
