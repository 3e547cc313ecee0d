/*
 * shrink.h: the shortest schedule that still breaks the same invariant.
 */
#pragma once

#include "tests/sim/runner.h"

/* Leaves steps out of `schedule` while it fails alike; within a number of attempts. */
void shrink(struct schedule *schedule, const struct run *run, struct verdict wanted, const char *path,
            struct progress *progress);
