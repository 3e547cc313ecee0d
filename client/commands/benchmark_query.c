/*
 * benchmark_query.c: reads the arguments of `benchmark` and `watch`.
 */
#include "client/commands/benchmark_query.h"

#include <string.h>

#include "common/base/check.h"
#include "common/monitor/node.h"

static void default_areas(struct benchmark_arguments *parsed, const struct command_context *context)
{
    if (context->identity.role == CI__ROLE__ROLE_COORDINATOR)
        while (parsed->area_count < context->identity.area_count && parsed->area_count < QUERY_AREAS_MAX) {
            parsed->areas[parsed->area_count] = context->identity.areas[parsed->area_count];
            parsed->area_count++;
        }
    if (parsed->area_count == 0)
        parsed->areas[parsed->area_count++] = "NL";
}

/* Levels, themes and focal points of the round's questionnaire; all nodes where this home does not know it yet. */
static int default_nodes(struct benchmark_arguments *parsed, const struct command_context *context)
{
    struct questionnaire *questionnaire = NULL;
    int found = replica_questionnaire(context->replica, parsed->query.round, &questionnaire);

    if (found != 0)
        return found < 0 ? found : 0;
    for (size_t node = 0; node <= node_progress(questionnaire) && parsed->node_count < QUERY_NODES_MAX; node++) {
        char *name = arena_alloc(context->arena, NODE_NAME_SIZE);

        CHECK(name != NULL);
        parsed->nodes[parsed->node_count++] = node_name(questionnaire, node, name);
    }
    questionnaire_free(questionnaire);
    return 0;
}

int benchmark_query_read(struct benchmark_arguments *parsed, const struct command_context *context, int count,
                         char **arguments, const struct command_option *extra, size_t extra_count)
{
    bool adopted = false;

    memset(parsed, 0, sizeof *parsed);
    ci__benchmark_query__init(&parsed->query);
    struct command_option options[3 + EXTRA_OPTIONS_MAX] = {
        { .name = "--area", .list = parsed->areas, .list_count = &parsed->area_count, .list_max = QUERY_AREAS_MAX },
        { .name = "--node", .list = parsed->nodes, .list_count = &parsed->node_count, .list_max = QUERY_NODES_MAX },
        { .name = "--adopted", .flag = &adopted },
    };

    CHECK(extra_count <= EXTRA_OPTIONS_MAX);
    for (size_t i = 0; i < extra_count; i++)
        options[3 + i] = extra[i];
    if (command_options(context, count, arguments, options, 3 + extra_count) != 1)
        return command_usage(context, say(context->language, "geef één ronde", "give one round"));
    parsed->query.round = arguments[0];
    parsed->query.basis = adopted ? CI__BASIS__ADOPTED : CI__BASIS__LIVE;
    if (parsed->area_count == 0)
        default_areas(parsed, context);
    if (parsed->node_count == 0)
        TRY(default_nodes(parsed, context));
    parsed->query.areas = (char **)(uintptr_t)parsed->areas;
    parsed->query.n_areas = parsed->area_count;
    parsed->query.nodes = (char **)(uintptr_t)parsed->nodes;
    parsed->query.n_nodes = parsed->node_count;
    return 0;
}
