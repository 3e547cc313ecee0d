/*
 * benchmark_query.c: reads the arguments of `benchmark` and `watch`, and says which areas and nodes there are where one is
 * wrong. Offline.
 */
#include "client/commands/benchmark_query.h"

#include <string.h>

#include "client/commands/central.h"
#include "common/base/check.h"
#include "common/monitor/area.h"
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

/* Provinces go by number, so they are named; the codes of regions are names. */
struct area_list {
    const struct command_context *context;
    const char *text;
};

static int list_area(void *given, const char *key)
{
    struct area_list *list = given;
    struct arena *arena = list->context->arena;
    const char *code = key + strlen("area/");
    Ci__Area *area = NULL;

    if (area_is_municipality(code))
        return 0;
    int found = central_value(list->context, key, &ci__area__descriptor, &area);

    if (found != 0)
        return found < 0 ? found : 0;
    list->text = strncmp(code, "PV", 2) == 0
                     ? arena_format(arena, "%s%s%s %s", list->text, *list->text ? ", " : "", code, area->name)
                     : arena_format(arena, "%s%s%s", list->text, *list->text ? ", " : "", code);
    return list->text ? 0 : FAULT(FAULT_MEMORY, "there are more areas than a message holds");
}

static int refuse_area(const struct command_context *context, const char *code)
{
    struct area_list list = { context, "" };
    struct arena *arena = context->arena;
    const char *nl = "dit gebied is er niet", *en = "there is no such area";

    TRY(replica_each(context->replica, "NL", "area/", list_area, &list));
    if (area_is_municipality(code)) {
        nl = "van één gemeente zijn er geen cijfers; uw eigen gemeente ziet u met: cimonitor score RONDE, en naast "
             "anderen met: cimonitor compare RONDE";
        en = "there are no figures of one municipality; see your own with: cimonitor score ROUND, and beside others "
             "with: cimonitor compare ROUND";
    }
    nl = arena_format(arena, "--area %s: %s. Kies uit: %s, SC1, SC2, SC3, SC4 of SC5 (grootteklassen)", code, nl,
                      list.text);
    en = arena_format(arena, "--area %s: %s. Choose from: %s, SC1, SC2, SC3, SC4 or SC5 (size classes)", code, en,
                      list.text);
    return command_refuse(context, EXIT_FAILED, "unknown_area", nl, en);
}

/* By the catalogue; a home that has none yet leaves it to the server. */
static int check_areas(const struct command_context *context, const struct benchmark_arguments *parsed)
{
    Ci__Area *area = NULL;
    int known = central_value(context, "area/NL", &ci__area__descriptor, &area);

    for (size_t i = 0; known == 0 && i < parsed->area_count; i++) {
        const char *code = parsed->areas[i];

        if (area_is_size_class(code))
            continue;
        int found =
            area_code_is_valid(code) && !area_is_municipality(code)
                ? central_value(context, arena_format(context->arena, "area/%s", code), &ci__area__descriptor, &area)
                : REPLICA_NONE;

        if (found != 0)
            return found < 0 ? found : refuse_area(context, code);
    }
    return known < 0 ? known : 0;
}

/* "S1, S2, S3", from the node of the first to that of the last. */
static const char *list_nodes(const struct command_context *context, const struct questionnaire *questionnaire,
                              size_t first, size_t count)
{
    const char *text = "";
    char name[NODE_NAME_SIZE];

    for (size_t node = first; text && node < first + count; node++)
        text = arena_format(context->arena, "%s%s%s", text, *text ? ", " : "", node_name(questionnaire, node, name));
    return text ? text : "…";
}

static int refuse_node(const struct command_context *context, const struct questionnaire *questionnaire,
                       const char *name)
{
    const char *levels = list_nodes(context, questionnaire, node_level(questionnaire, 0), questionnaire->level_count);
    const char *themes = list_nodes(context, questionnaire, node_theme(questionnaire, 0), questionnaire->theme_count);
    const char *points =
        list_nodes(context, questionnaire, node_focal_point(questionnaire, 0), questionnaire->focal_point_count);
    const char *question = question_at(questionnaire, 0)->id;

    return command_refuse(
        context, EXIT_FAILED, "unknown_node",
        arena_format(context->arena,
                     "--node %s: dit onderdeel is er niet. Kies overall, een niveau (%s), een thema (%s), een "
                     "speerpunt (%s), een vraag (zoals %s), of progress (voortgang; ook per niveau of thema, zoals "
                     "progress/S1)",
                     name, levels, themes, points, question),
        arena_format(context->arena,
                     "--node %s: there is no such node. Choose overall, a level (%s), a theme (%s), a focal point "
                     "(%s), a question (such as %s), or progress (also of a level or theme, such as progress/S1)",
                     name, levels, themes, points, question));
}

/* By the round's questionnaire; a home that has none yet leaves it to the server. */
static int check_nodes(const struct command_context *context, const struct benchmark_arguments *parsed)
{
    CLEANUP(questionnaire_free) struct questionnaire *questionnaire = NULL;
    int found = replica_questionnaire(context->replica, parsed->query.round, &questionnaire);

    for (size_t i = 0; found == 0 && i < parsed->node_count; i++)
        if (node_find(questionnaire, parsed->nodes[i]) < 0)
            return refuse_node(context, questionnaire, parsed->nodes[i]);
    return found < 0 ? found : 0;
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
    int refused = check_areas(context, parsed);

    if (refused == 0)
        refused = check_nodes(context, parsed);
    if (refused != 0)
        return refused;
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
