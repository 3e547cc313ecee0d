/*
 * process.h: what a server takes: memory for an idle connection, processor time. One thread.
 */
#pragma once

#include "tests/bench/phase.h"

/* Opens `count` connections that are greeted and then silent; `*bytes`: the growth of the server's memory for each. */
int process_memory_per_idle(const struct side *side, size_t count, uint64_t *bytes);
/* Of all its threads since it began. */
int process_time_us(int process, uint64_t *us);
