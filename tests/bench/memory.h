/*
 * memory.h: what an idle connection costs its server. One thread.
 */
#pragma once

#include "tests/bench/phase.h"

/* Opens `count` connections that are greeted and then silent; `*bytes`: the growth of the server's memory for each. */
int memory_per_idle(const struct side *side, size_t count, uint64_t *bytes);
