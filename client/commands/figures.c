/*
 * figures.c: prints published figures and participation. What the server withheld is shown as withheld, never guessed.
 */
#include "client/commands/figures.h"

#include <string.h>

#include "client/commands/columns.h"
#include "common/base/clock.h"
#include "common/monitor/area.h"
#include "common/monitor/node.h"

enum { AREA_COLUMNS_MAX = COLUMNS_MAX - 2, LABEL_WIDTH = 52 };

const Ci__Figure *figure_find(const Ci__AreaFigures *area, const char *node)
{
    for (size_t i = 0; i < area->n_figures; i++)
        if (strcmp(area->figures[i]->node, node) == 0)
            return area->figures[i];
    return NULL;
}

const char *area_label(const struct command_context *context, const Ci__AreaFigures *area)
{
    for (unsigned size_class = 0; size_class < SIZE_CLASSES; size_class++)
        if (strcmp(area->area, area_size_class_code(size_class)) == 0) {
            Ci__Text name = area_size_class_name(size_class);

            return text_in(&name, context->language);
        }
    return area->name;
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

    return arena_format(context->arena, "%s  %s", node, text_in(&text, context->language));
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
    static const char *const states[] = { "draft", "submitted", "changes_requested", "adopted" };
    json_t *list = json_array();

    for (size_t i = 0; i < participation->n_participants; i++) {
        const Ci__Participant *row = participation->participants[i];
        char last[TIMESTAMP_SIZE];

        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:i, s:s, s:s}", "municipality", row->municipality, "name",
                                        row->name, "completeness", (int)row->completeness, "state", states[row->state],
                                        "last_answer", timestamp_print(last, row->last_answer_ms)));
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
    char as_of[TIMESTAMP_SIZE];

    if (benchmark->n_areas == 0)
        return;
    columns_init(&columns, context->arena, shown_areas(benchmark) + 2);
    columns.width_max[0] = LABEL_WIDTH;
    for (size_t i = 0; i < shown_areas(benchmark); i++) {
        head[i + 1] = area_label(context, benchmark->areas[i]);
        columns.right[i + 1] = true;
    }
    columns_row(&columns, head);
    for (size_t i = 0; i < benchmark->areas[0]->n_figures && columns.rows < COLUMN_ROWS_MAX; i++)
        add_row(context, questionnaire, benchmark, benchmark->areas[0]->figures[i]->node, &columns);
    columns_print(&columns, stdout);
    printf(say(context->language,
               "Gemiddelde (eerste–derde kwartiel). … = niet getoond: minder dan 5 gemeenten, of alle gelijk. Stand "
               "van %s.\n",
               "Mean (first–third quartile). … = not shown: fewer than 5 municipalities, or all the same. As of %s.\n"),
           timestamp_print(as_of, benchmark->as_of_ms));
}

void participation_print(const struct command_context *context, const Ci__Participation *participation)
{
    static const char *const states[][2] = { { "bezig", "filling in" },
                                             { "ingediend", "submitted" },
                                             { "teruggestuurd", "sent back" },
                                             { "vastgesteld", "adopted" } };
    struct columns columns;

    printf(say(context->language,
               "%s: %u gemeenten, %u begonnen, %u in de vergelijking (80 %% of meer), %u ingediend, %u vastgesteld\n",
               "%s: %u municipalities, %u started, %u in the benchmark (80 %% or more), %u submitted, %u adopted\n"),
           participation->area, participation->members, participation->started, participation->benchmarked,
           participation->submitted, participation->adopted);
    columns_init(&columns, context->arena, 5);
    columns.right[2] = true;
    for (size_t i = 0; i < participation->n_participants && columns.rows < COLUMN_ROWS_MAX; i++) {
        const Ci__Participant *row = participation->participants[i];

        columns_row(&columns,
                    (const char *const[]){ arena_format(context->arena, "  %s", row->municipality), row->name,
                                           arena_format(context->arena, "%u %%", row->completeness),
                                           bar(context->arena, (int)row->completeness),
                                           say(context->language, states[row->state][0], states[row->state][1]) });
    }
    columns_print(&columns, stdout);
}
