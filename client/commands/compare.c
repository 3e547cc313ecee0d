/*
 * compare.c: `cimonitor compare`: the own scores beside region, province, size class and nation. Offline: with the
 * figures that the last sync brought.
 */
#include <stdio.h>

#include "client/commands/columns.h"
#include "client/commands/figures.h"
#include "client/commands/names.h"
#include "client/commands/run.h"
#include "client/commands/sheet.h"

/* Questions are many: shown with --questions only. */
static size_t shown_nodes(const struct sheet *sheet, bool questions)
{
    return questions ? node_count(sheet->questionnaire) : node_question(sheet->questionnaire, 0);
}

static const char *own_text(const struct command_context *context, int score)
{
    return score >= 0 ? arena_format(context->arena, "%d", score_points(score)) : "–";
}

/* "61 +12": the area's mean, and how far the municipality is above it. */
static const char *beside(const struct command_context *context, const Ci__Figure *figure, int score)
{
    if (!figure || figure->shown == CI__FIGURE__SHOWN__WITHHELD)
        return "…";
    if (score < 0)
        return arena_format(context->arena, "%u", figure->mean);
    return arena_format(context->arena, "%u %+d", figure->mean, score_points(score) - (int)figure->mean);
}

static void print_people(const struct command_context *context, const struct sheet *sheet,
                         const Ci__Benchmark *benchmark, bool questions)
{
    struct columns columns;
    const char *cells[COLUMNS_MAX] = { "", area_name(context, sheet->municipality) };
    size_t areas = benchmark->n_areas < COLUMNS_MAX - 2 ? benchmark->n_areas : COLUMNS_MAX - 2;
    char name[NODE_NAME_SIZE];

    columns_init(&columns, context->arena, areas + 2);
    columns.width_max[0] = 48;
    columns.right[1] = true;
    for (size_t i = 0; i < areas; i++) {
        cells[i + 2] = area_name(context, benchmark->areas[i]->area);
        columns.right[i + 2] = true;
        columns.width_max[i + 2] = AREA_NAME_WIDTH;
    }
    columns_row(&columns, cells);
    for (size_t node = 0; node < shown_nodes(sheet, questions); node++) {
        int score = sheet->scores.node[node];

        node_name(sheet->questionnaire, node, name);
        cells[0] = node_label(context, sheet->questionnaire, name);
        cells[1] = own_text(context, score);
        for (size_t i = 0; i < areas; i++)
            cells[i + 2] = beside(context, figure_find(benchmark->areas[i], name), score);
        columns_row(&columns, cells);
    }
    columns_print(&columns, stdout);
    print_paragraph(stdout,
                    say(context->language,
                        "Per gebied het gemiddelde, en hoeveel punten u daarboven (+) of daaronder (-) staat.",
                        "Of each area the mean, and how many points you are above (+) or below (-) it."),
                    0);
    figures_print_withheld(context, benchmark);
}

static void print_json(const struct sheet *sheet, const Ci__Benchmark *benchmark, bool questions)
{
    json_t *own = json_array();
    char name[NODE_NAME_SIZE];

    for (size_t node = 0; node < shown_nodes(sheet, questions); node++) {
        int score = sheet->scores.node[node];

        json_array_append_new(own, json_pack("{s:s, s:o}", "node", node_name(sheet->questionnaire, node, name),
                                             "points", score >= 0 ? json_integer(score_points(score)) : json_null()));
    }
    command_print_json(json_pack("{s:s, s:s, s:i, s:o, s:o}", "round", sheet->round->id, "municipality",
                                 sheet->municipality, "completeness", sheet->scores.completeness, "own", own,
                                 "benchmark", figures_json(benchmark)));
}

int run_compare(struct command_context *context, int count, char **arguments)
{
    bool questions = false, adopted = false;
    const struct command_option options[] = {
        { .name = "--questions", .flag = &questions },
        { .name = "--adopted", .flag = &adopted },
    };

    if (command_one_round(context, count, arguments, options, 2) != 0)
        return EXIT_USAGE;
    CLEANUP(sheet_free) struct sheet *sheet = NULL;
    Ci__Benchmark *benchmark = NULL;
    int result = sheet_load(&sheet, context, arguments[0], false);

    if (result == 0)
        result = replica_figures(context->replica, context->arena, arguments[0],
                                 adopted ? CI__BASIS__ADOPTED : CI__BASIS__LIVE, &benchmark);
    if (result == REPLICA_NONE && !benchmark && sheet)
        return command_refuse(context, EXIT_FAILED, "no_figures",
                              "Er zijn hier nog geen cijfers van anderen. Haal ze op met: cimonitor sync",
                              "There are no figures of others here yet. Fetch them with: cimonitor sync");
    if (result != 0)
        return result < 0 ? command_fault(context, result) : result;
    if (context->json)
        print_json(sheet, benchmark, questions);
    else
        print_people(context, sheet, benchmark, questions);
    return EXIT_DONE;
}
