/*
 * figures.h: the published figures of one area. Reads only; any thread.
 */
#pragma once

#include "common/base/arena.h"
#include "common/monitor/node.h"
#include "server/benchmark/cells.h"
#include "server/benchmark/disclosure.h"

struct figures_wanted {
    const struct cells *cells; /* locked by the caller */
    const struct questionnaire *questionnaire;
    struct disclosure rule;
    bool released; /* the round */
    const char *round;
    Ci__Basis basis;
    const size_t *nodes; /* NULL: all */
    size_t node_count;
};
/* In the arena: one figure a node, in the order wanted. A fault where the arena is full. */
int figures_of_area(const struct figures_wanted *wanted, const char *area, const char *name, struct arena *arena,
                    Ci__AreaFigures **figures);
