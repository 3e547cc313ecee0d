/*
 * score.c: `cimonitor score`: where the municipality stands, where it is strong, and where most is to be gained.
 * Computed here, from what this home knows; needs no network.
 */
#include <stdio.h>
#include <stdlib.h>

#include "client/commands/columns.h"
#include "client/commands/names.h"
#include "client/commands/run.h"
#include "client/commands/sheet.h"
#include "common/monitor/link.h"

enum { STRONG_MOST = 3, STRONG_POINTS = 50, GAINS_MOST = 5, FINDINGS_MOST = 40 };

/* "73", or why there is none. */
static const char *points_text(const struct command_context *context, int score)
{
    if (score == SCORE_INSUFFICIENT)
        return say(context->language, "te weinig gegevens", "insufficient data");
    if (score == SCORE_NONE)
        return "–";
    return arena_format(context->arena, "%d", score_points(score));
}

static const char *node_words(const struct command_context *context, const struct sheet *sheet, size_t node)
{
    Ci__Text text = node_text(sheet->questionnaire, node);

    return text_in(&text, context->language);
}

/* ---- as JSON ---- */

static json_t *node_json(const struct command_context *context, const struct sheet *sheet, size_t node)
{
    char name[NODE_NAME_SIZE];
    int score = sheet->scores.node[node];

    return json_pack("{s:s, s:s, s:o, s:b}", "node", node_name(sheet->questionnaire, node, name), "name",
                     node_words(context, sheet, node), "score", score >= 0 ? json_integer(score) : json_null(),
                     "insufficient_data", score == SCORE_INSUFFICIENT);
}

static json_t *gain_json(const struct command_context *context, const struct sheet *sheet, const struct gain *gain)
{
    const Ci__Question *question = question_at(sheet->questionnaire, gain->question);

    return json_pack("{s:s, s:s, s:i, s:s}", "question", question->id, "text",
                     text_in(question->text, context->language), "gain", gain->gain, "advice",
                     text_in(question->advice, context->language));
}

static const char *finding_name(enum finding_kind kind)
{
    static const char *const names[] = { "first_this", "talk", "policy_without_practice", "practice_without_policy" };

    return names[kind];
}

static json_t *finding_json(const struct sheet *sheet, const struct finding *finding)
{
    json_t *object = json_pack("{s:s, s:i, s:i}", "kind", finding_name(finding->kind), "from_score",
                               finding->from_score, "to_score", finding->to_score);

    if (finding->from >= 0) {
        json_object_set_new(object, "from", json_string(question_at(sheet->questionnaire, (size_t)finding->from)->id));
        json_object_set_new(object, "to", json_string(question_at(sheet->questionnaire, (size_t)finding->to)->id));
    }
    return object;
}

static void print_json(const struct command_context *context, const struct sheet *sheet, const struct gain *gains,
                       size_t gain_count, const struct finding *findings, size_t finding_count)
{
    json_t *nodes = json_array(), *gain_list = json_array(), *finding_list = json_array(), *unknown = json_array();

    for (size_t node = 0; node < node_count(sheet->questionnaire); node++)
        json_array_append_new(nodes, node_json(context, sheet, node));
    for (size_t i = 0; i < gain_count; i++)
        json_array_append_new(gain_list, gain_json(context, sheet, &gains[i]));
    for (size_t i = 0; i < finding_count; i++)
        json_array_append_new(finding_list, finding_json(sheet, &findings[i]));
    for (size_t i = 0; i < sheet->questionnaire->question_count; i++)
        if (sheet->marks[i].state == MARK_UNKNOWN)
            json_array_append_new(unknown, json_string(question_at(sheet->questionnaire, i)->id));
    command_print_json(json_pack("{s:s, s:i, s:s, s:b, s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o}", "round",
                                 sheet->round->id, "conflicts", (int)sheet_asking(sheet), "municipality",
                                 sheet->municipality, "weighted_by_spend", sheet->by_spend, "completeness",
                                 sheet->scores.completeness, "answered", sheet->scores.answered, "not_applicable",
                                 sheet->scores.not_applicable, "unknown", sheet->scores.unknown, "unanswered",
                                 sheet->scores.unanswered, "substantiated", sheet->scores.substantiated, "nodes", nodes,
                                 "gains", gain_list, "findings", finding_list, "unknown_questions", unknown));
}

/* ---- for people ---- */

static void add_node(const struct command_context *context, const struct sheet *sheet, struct columns *columns,
                     size_t node, const char *label)
{
    int score = sheet->scores.node[node];

    columns_row(columns, (const char *const[]){ label, points_text(context, score),
                                                score >= 0 ? bar(context->arena, score_points(score)) : "" });
}

static const char *labelled(const struct command_context *context, const struct sheet *sheet, size_t node,
                            const char *code)
{
    return arena_format(context->arena, "  %s %s", code, node_words(context, sheet, node));
}

static void print_levels(const struct command_context *context, const struct sheet *sheet)
{
    const struct questionnaire *questionnaire = sheet->questionnaire;
    struct columns columns;

    columns_init(&columns, context->arena, 3);
    columns.right[1] = true;
    columns.width_max[0] = 48;
    for (size_t level = 0; level < questionnaire->level_count; level++) {
        add_node(context, sheet, &columns, node_level(questionnaire, level),
                 node_words(context, sheet, node_level(questionnaire, level)));
        for (size_t theme = 0; theme < questionnaire->theme_count; theme++)
            if (questionnaire->level_of[theme] == (int)level)
                add_node(context, sheet, &columns, node_theme(questionnaire, theme),
                         labelled(context, sheet, node_theme(questionnaire, theme),
                                  questionnaire->message->themes[theme]->id));
    }
    add_node(context, sheet, &columns, node_overall(), node_words(context, sheet, node_overall()));
    add_node(context, sheet, &columns, node_progress(questionnaire),
             say(context->language, "Voortgang (waar werken we aan)", "Progress (what are we working on)"));
    columns_print(&columns, stdout);
    printf("\n%s\n", say(context->language, "Speerpunten", "Focal points"));
    columns_init(&columns, context->arena, 3);
    columns.right[1] = true;
    columns.width_max[0] = 48;
    for (size_t point = 0; point < questionnaire->focal_point_count; point++)
        add_node(context, sheet, &columns, node_focal_point(questionnaire, point),
                 labelled(context, sheet, node_focal_point(questionnaire, point),
                          questionnaire->message->focal_points[point]->id));
    columns_print(&columns, stdout);
}

/* The best themes, greatest first; a handful is picked by selection. */
static void print_strong(const struct command_context *context, const struct sheet *sheet)
{
    bool taken[THEMES_MAX] = { false };

    printf("\n%s\n", say(context->language, "Waar u sterk staat", "Where you are strong"));
    for (size_t rank = 0; rank < STRONG_MOST; rank++) {
        int best = -1;

        for (size_t theme = 0; theme < sheet->questionnaire->theme_count; theme++) {
            int score = sheet->scores.node[node_theme(sheet->questionnaire, theme)];

            if (!taken[theme] && score_points(score) >= STRONG_POINTS &&
                (best < 0 || score > sheet->scores.node[node_theme(sheet->questionnaire, (size_t)best)]))
                best = (int)theme;
        }
        if (best < 0 && rank == 0)
            printf("  %s\n", say(context->language, "Nog geen thema haalt 50 punten.", "No theme has 50 points yet."));
        if (best < 0)
            return;
        taken[best] = true;
        size_t node = node_theme(sheet->questionnaire, (size_t)best);

        printf("  %s %s: %d\n", sheet->questionnaire->message->themes[best]->id, node_words(context, sheet, node),
               score_points(sheet->scores.node[node]));
    }
}

static void print_gains(const struct command_context *context, const struct sheet *sheet, const struct gain *gains,
                        size_t count)
{
    if (count > 0)
        printf("\n%s\n", say(context->language, "Waar het meest te winnen is", "Where most is to be gained"));
    for (size_t i = 0; i < count; i++) {
        const Ci__Question *question = question_at(sheet->questionnaire, gains[i].question);

        print_list(stdout,
                   arena_format(context->arena,
                                say(context->language, "  %-5s %s  (totaal +%u,%02u)", "  %-5s %s  (overall +%u.%02u)"),
                                question->id, text_in(question->text, context->language), gains[i].gain / 100u,
                                gains[i].gain % 100u));
        print_paragraph(stdout, arena_format(context->arena, "→ %s", text_in(question->advice, context->language)), 8);
    }
}

static void print_finding(const struct command_context *context, const struct sheet *sheet,
                          const struct finding *finding)
{
    const char *from = finding->from >= 0 ? question_at(sheet->questionnaire, (size_t)finding->from)->id : "";
    const char *to = finding->to >= 0 ? question_at(sheet->questionnaire, (size_t)finding->to)->id : "";
    int high = score_points(finding->from_score), low = score_points(finding->to_score);

    switch (finding->kind) {
    case FINDING_FIRST_THIS:
        tell(say(context->language, "  Eerst dit: %s staat op %d en bouwt op %s, dat op %d staat.\n",
                 "  First this: %s stands at %d and builds on %s, which stands at %d.\n"),
             from, high, to, low);
        return;
    case FINDING_TALK:
        tell(say(context->language, "  Ga in gesprek: %s (%d) en %s (%d) gaan over hetzelfde en lopen uiteen.\n",
                 "  Talk to each other: %s (%d) and %s (%d) are about the same and lie apart.\n"),
             from, high, to, low);
        return;
    case FINDING_POLICY_WITHOUT_PRACTICE:
        tell(say(context->language, "  Beleid zonder praktijk: strategisch %d, operationeel %d.\n",
                 "  Policy without practice: strategic %d, operational %d.\n"),
             high, low);
        return;
    case FINDING_PRACTICE_WITHOUT_POLICY:
        tell(say(context->language, "  Praktijk zonder beleid: strategisch %d, operationeel %d.\n",
                 "  Practice without policy: strategic %d, operational %d.\n"),
             high, low);
        return;
    }
}

static void print_people(const struct command_context *context, const struct sheet *sheet, const struct gain *gains,
                         size_t gain_count, const struct finding *findings, size_t finding_count)
{
    const struct scores *scores = &sheet->scores;

    tell(say(context->language, "%s, ronde %s: volledigheid %u %%\n\n", "%s, round %s: completeness %u %%\n\n"),
         area_with_code(context, sheet->municipality), sheet->round->id, scores->completeness);
    print_levels(context, sheet);
    print_strong(context, sheet);
    print_gains(context, sheet, gains, gain_count);
    if (finding_count)
        printf("\n%s\n", say(context->language, "Samenhang", "What hangs together"));
    for (size_t i = 0; i < finding_count; i++)
        print_finding(context, sheet, &findings[i]);
    tell(say(context->language,
             "\n%u beantwoord, %u n.v.t., %u weet niet (telt als 0), %u open. Onderbouwd met bewijs: %u %% van het "
             "gewicht.\n",
             "\n%u answered, %u not applicable, %u unknown (count as 0), %u open. Substantiated: %u %% of the "
             "weight.\n"),
         scores->answered, scores->not_applicable, scores->unknown, scores->unanswered, scores->substantiated);
    sheet_print_asking(context, sheet);
    if (sheet->by_spend)
        tell_line(
            say(context->language, "Gewogen naar uw eigen inkoopvolume (S2.5).", "Weighted by your own spend (S2.5)."));
}

int run_score(struct command_context *context, int count, char **arguments)
{
    bool by_spend = false;
    const struct command_option options[] = { { .name = "--by-spend", .flag = &by_spend } };

    if (command_one_round(context, count, arguments, options, 1) != 0)
        return EXIT_USAGE;
    CLEANUP(sheet_free) struct sheet *sheet = NULL;
    int result = sheet_load(&sheet, context, arguments[0], by_spend);

    if (result != 0)
        return result < 0 ? command_fault(context, result) : result;
    if (by_spend && !sheet->by_spend)
        return command_refuse(context, EXIT_FAILED, "spend_unknown",
                              "Het inkoopvolume per categorie is nog niet ingevuld (de vraag met bedragen).",
                              "The spend per category is not filled in yet (the question with amounts).");
    struct gain gains[GAINS_MOST];
    struct finding findings[FINDINGS_MOST];
    size_t gain_count = scores_gains(sheet->questionnaire, sheet->marks, sheet->by_spend ? sheet->spend : NULL,
                                     &sheet->scores, gains, GAINS_MOST);
    size_t finding_count = links_fire(sheet->questionnaire, sheet->marks, &sheet->scores, findings, FINDINGS_MOST);

    if (context->json)
        print_json(context, sheet, gains, gain_count, findings, finding_count);
    else
        print_people(context, sheet, gains, gain_count, findings, finding_count);
    return EXIT_DONE;
}
