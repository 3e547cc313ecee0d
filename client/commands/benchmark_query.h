/*
 * benchmark_query.h: the arguments that `benchmark` and `watch` share, as the question to the server.
 */
#pragma once

#include "client/commands/command.h"
#include "common/wire/limits.h"

enum { EXTRA_OPTIONS_MAX = 4 };

struct benchmark_arguments {
    Ci__BenchmarkQuery query; /* its parts are below, or in the arguments */
    const char *areas[QUERY_AREAS_MAX], *nodes[QUERY_NODES_MAX];
    size_t area_count, node_count;
};

/*
 * Reads ROUND [--area CODE …] [--node NODE …] [--adopted] and the command's `extra` options. Without areas: those of the
 * person's role, or the nation. Without nodes: levels, themes and overall. Returns 0, or an
 * exit_status that was said: no such area or node, or wrong use. A fault is below 0.
 */
int benchmark_query_read(struct benchmark_arguments *parsed, const struct command_context *context, int count,
                         char **arguments, const struct command_option *extra, size_t extra_count);
