/*
 * figures.c: prints published figures and participation. What the server withheld is shown as withheld, never guessed.
 */
#include "client/commands/figures.h"

#include <string.h>

#include "client/commands/columns.h"
#include "client/commands/names.h"
#include "client/commands/roles.h"
#include "common/base/clock.h"
#include "common/monitor/node.h"

enum { AREA_COLUMNS_MAX = COLUMNS_MAX - 2, LABEL_WIDTH = 52 };

const Ci__Figure *figure_find(const Ci__AreaFigures *area, const char *node)
{
    for (size_t i = 0; i < area->n_figures; i++)
        if (strcmp(area->figures[i]->node, node) == 0)
            return area->figures[i];
    return NULL;
}

const char *figure_text(const struct command_context *context, const Ci__Figure *figure)
{
    if (!figure || figure->shown == CI__FIGURE__SHOWN__WITHHELD)
        return "…";
    if (figure->shown == CI__FIGURE__SHOWN__SPREAD)
        return arena_format(context->arena, "%u (%u–%u)", figure->mean, figure->quartile_1, figure->quartile_3);
    return arena_format(context->arena, "%u", figure->mean);
}

const char *node_label(const struct command_context *context, const struct questionnaire *questionnaire,
                       const char *node)
{
    int index = questionnaire ? node_find(questionnaire, node) : -1;

    if (index < 0)
        return node;
    Ci__Text text = node_text(questionnaire, (size_t)index);
    const char *progress =
        strncmp(node, "progress/", strlen("progress/")) == 0 ? say(context->language, "Voortgang: ", "Progress: ") : "";

    return arena_format(context->arena, "%s  %s%s", node, progress, text_in(&text, context->language));
}

static json_t *figure_json(const Ci__Figure *figure)
{
    static const char *const shown[] = { "withheld", "mean", "spread" };
    json_t *object = json_pack("{s:s, s:s}", "node", figure->node, "shown", shown[figure->shown]);

    if (figure->shown == CI__FIGURE__SHOWN__WITHHELD)
        return object;
    json_object_set_new(object, "count", json_integer(figure->count));
    json_object_set_new(object, "mean", json_integer(figure->mean));
    if (figure->shown == CI__FIGURE__SHOWN__SPREAD) {
        json_object_set_new(object, "deviation", json_integer(figure->deviation));
        json_object_set_new(object, "median", json_integer(figure->median));
        json_object_set_new(object, "quartile_1", json_integer(figure->quartile_1));
        json_object_set_new(object, "quartile_3", json_integer(figure->quartile_3));
    }
    return object;
}

json_t *figures_json(const Ci__Benchmark *benchmark)
{
    json_t *areas = json_array();
    char as_of[TIMESTAMP_SIZE];

    for (size_t i = 0; i < benchmark->n_areas; i++) {
        const Ci__AreaFigures *area = benchmark->areas[i];
        json_t *figures = json_array();

        for (size_t k = 0; k < area->n_figures; k++)
            json_array_append_new(figures, figure_json(area->figures[k]));
        json_array_append_new(areas,
                              json_pack("{s:s, s:s, s:o}", "area", area->area, "name", area->name, "figures", figures));
    }
    return json_pack("{s:s, s:s, s:s, s:o}", "round", benchmark->round, "basis",
                     benchmark->basis == CI__BASIS__ADOPTED ? "adopted" : "live", "as_of",
                     timestamp_print(as_of, benchmark->as_of_ms), "areas", areas);
}

json_t *participation_json(const Ci__Participation *participation)
{
    json_t *list = json_array();

    for (size_t i = 0; i < participation->n_participants; i++) {
        const Ci__Participant *row = participation->participants[i];
        char last[TIMESTAMP_SIZE];

        json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:s, s:s}", "municipality", row->municipality, "name",
                                              row->name, "completeness", (int)row->completeness, "state",
                                              submission_state_name(row->state), "last_answer",
                                              timestamp_print(last, row->last_answer_ms)));
    }
    return json_pack("{s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:o}", "round", participation->round, "area",
                     participation->area, "members", (int)participation->members, "started",
                     (int)participation->started, "benchmarked", (int)participation->benchmarked, "submitted",
                     (int)participation->submitted, "adopted", (int)participation->adopted, "participants", list);
}

static size_t shown_areas(const Ci__Benchmark *benchmark)
{
    return benchmark->n_areas < AREA_COLUMNS_MAX ? benchmark->n_areas : AREA_COLUMNS_MAX;
}

static void add_row(const struct command_context *context, const struct questionnaire *questionnaire,
                    const Ci__Benchmark *benchmark, const char *node, struct columns *columns)
{
    const char *cells[COLUMNS_MAX] = { node_label(context, questionnaire, node) };
    const Ci__Figure *first = figure_find(benchmark->areas[0], node);

    for (size_t i = 0; i < shown_areas(benchmark); i++)
        cells[i + 1] = figure_text(context, figure_find(benchmark->areas[i], node));
    cells[columns->count - 1] = first && first->shown != CI__FIGURE__SHOWN__WITHHELD && shown_areas(benchmark) == 1
                                    ? bar(context->arena, (int)first->mean)
                                    : "";
    columns_row(columns, cells);
}

void figures_print(const struct command_context *context, const struct questionnaire *questionnaire,
                   const Ci__Benchmark *benchmark)
{
    struct columns columns;
    const char *head[COLUMNS_MAX] = { "" };

    if (benchmark->n_areas == 0)
        return;
    columns_init(&columns, context->arena, shown_areas(benchmark) + 2);
    columns.width_max[0] = LABEL_WIDTH;
    for (size_t i = 0; i < shown_areas(benchmark); i++) {
        head[i + 1] = area_name(context, benchmark->areas[i]->area);
        columns.right[i + 1] = true;
        columns.width_max[i + 1] = AREA_NAME_WIDTH;
    }
    columns_row(&columns, head);
    for (size_t i = 0; i < benchmark->areas[0]->n_figures && columns_have_room(&columns); i++)
        add_row(context, questionnaire, benchmark, benchmark->areas[0]->figures[i]->node, &columns);
    columns_print(&columns, stdout);
    print_paragraph(
        stdout,
        say(context->language,
            "Het gemiddelde. Vanaf 10 gemeenten staat de middelste helft erachter: (40–60) betekent dat een kwart van "
            "de "
            "gemeenten 40 of minder heeft, en een kwart 60 of meer.",
            "The mean. From 10 municipalities on the middle half stands behind it: (40–60) means that a quarter of the "
            "municipalities has 40 or less, and a quarter 60 or more."),
        0);
    figures_print_withheld(context, benchmark);
}

void figures_print_withheld(const struct command_context *context, const Ci__Benchmark *benchmark)
{
    print_paragraph(
        stdout,
        say(context->language,
            "… = niet getoond: minder dan 5 gemeenten, alle met dezelfde score, of samen met andere cijfers "
            "zou het iets over minder dan 5 vertellen. Grootteklassen en vastgestelde cijfers komen als de "
            "ronde is vrijgegeven.",
            "… = not shown: fewer than 5 municipalities, all with the same score, or together with other "
            "figures it would tell about fewer than 5. Size classes and adopted figures come once the "
            "round is released."),
        0);
    if (benchmark->basis == CI__BASIS__LIVE)
        tell_line(say(context->language, "Meegeteld is wie ten minste 80 % invulde.",
                      "Counted is whoever filled in at least 80 %."));
    else
        tell_line(say(context->language, "Meegeteld is wat vastgesteld is.", "Counted is what was adopted."));
    tell(say(context->language, "Stand van %s.\n", "As of %s.\n"), moment(context, benchmark->as_of_ms));
}

void participation_print(const struct command_context *context, const Ci__Participation *participation)
{
    struct columns columns;

    tell(say(context->language,
             "%s: %u gemeenten, %u begonnen, %u in de vergelijking (80 %% of meer), %u ingediend, %u vastgesteld\n",
             "%s: %u municipalities, %u started, %u in the benchmark (80 %% or more), %u submitted, %u adopted\n"),
         area_with_code(context, participation->area), participation->members, participation->started,
         participation->benchmarked, participation->submitted, participation->adopted);
    columns_init(&columns, context->arena, 5);
    columns.right[2] = true;
    for (size_t i = 0; i < participation->n_participants && columns_have_room(&columns); i++) {
        const Ci__Participant *row = participation->participants[i];

        columns_row(&columns, (const char *const[]){ arena_format(context->arena, "  %s", row->municipality), row->name,
                                                     arena_format(context->arena, "%u %%", row->completeness),
                                                     bar(context->arena, (int)row->completeness),
                                                     submission_state_text(row->state, context->language) });
    }
    columns_print(&columns, stdout);
}
