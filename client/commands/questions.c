/*
 * questions.c: `cimonitor questions`: the questions of a round with what was answered. Offline.
 */
#include <stdio.h>
#include <string.h>

#include "client/commands/columns.h"
#include "client/commands/edits.h"
#include "client/commands/names.h"
#include "client/commands/run.h"
#include "client/commands/sheet.h"
#include "common/base/clock.h"
#include "common/format/answer_text.h"

struct filter {
    const char *theme, *audience;
    bool open; /* only what is not answered yet */
};

static bool wanted(const struct sheet *sheet, size_t question, const struct filter *filter)
{
    const Ci__Question *message = question_at(sheet->questionnaire, question);

    return (!filter->theme || strcmp(message->theme, filter->theme) == 0) &&
           (!filter->audience || strcmp(message->audience, filter->audience) == 0) &&
           !(filter->open && sheet->answers[question]);
}

/* What stands behind the answer: not sent yet, or a conflict. */
static const char *mark_of(const struct command_context *context, const struct sheet *sheet, size_t question)
{
    if (sheet->rivalled[question])
        return say(context->language, "≠ meer antwoorden", "≠ more answers");
    if (sheet->unsent[question])
        return say(context->language, "↑ nog niet verstuurd", "↑ not sent yet");
    return "";
}

/* The answers side by side: what stands first, then its rivals; who wrote each, and when by that person's clock. */
static void add_heads(const struct command_context *context, const struct sheet *sheet, size_t question,
                      struct columns *columns)
{
    const Ci__Record *record = sheet->records[question];

    for (size_t head = 0; sheet->rivalled[question] && head <= record->n_rivals && columns_have_room(columns); head++) {
        const Ci__Edit *edit = head == 0 ? record->standing : record->rivals[head - 1];
        char date[DATE_SIZE];

        columns_row(
            columns,
            (const char *const[]){
                "", arena_format(context->arena, "  %s %s", head == 0 ? "=" : "≠", person_name(context, edit->author)),
                date_print(date, edit->written_ms), edit_answer_words(context, sheet->questionnaire, question, edit),
                head == 0 ? say(context->language, "dit staat", "this stands") : "" });
    }
}

static json_t *heads_json(const struct command_context *context, const struct sheet *sheet, size_t question)
{
    const Ci__Record *record = sheet->records[question];
    json_t *list = json_array();

    for (size_t head = 0; sheet->rivalled[question] && head <= record->n_rivals; head++) {
        const Ci__Edit *edit = head == 0 ? record->standing : record->rivals[head - 1];
        char written[TIMESTAMP_SIZE];

        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:b}", "author", edit->author, "name",
                                              person_name(context, edit->author), "written",
                                              timestamp_print(written, edit->written_ms), "words",
                                              edit_answer_words(context, sheet->questionnaire, question, edit),
                                              "stands", head == 0));
    }
    return list;
}

static json_t *question_json(const struct command_context *context, const struct sheet *sheet, size_t question)
{
    const Ci__Question *message = question_at(sheet->questionnaire, question);
    const Ci__Answer *answer = sheet->answers[question];
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:b, s:b, s:b, s:b}", "id", message->id, "theme", message->theme,
                  "audience", message->audience, "text", text_in(message->text, context->language), "hint",
                  answer_text_hint(sheet->questionnaire, question, context->language, context->arena), "weight",
                  (int)message->weight, "answered", answer != NULL, "unsent", sheet->unsent[question], "conflict",
                  sheet->rivalled[question], "evidence_expected", (int)message->evidence_expected);

    if (sheet->rivalled[question])
        json_object_set_new(object, "side_by_side", heads_json(context, sheet, question));
    if (!answer)
        return object;
    json_object_set_new(object, "value", json_string(sheet_value_short(sheet, context->arena, question)));
    json_object_set_new(object, "words",
                        json_string(answer_text_words(sheet->questionnaire, question, answer->value, context->language,
                                                      context->arena)));
    json_object_set_new(object, "remark", json_string(answer->remark));
    json_object_set_new(object, "note", json_string(answer->note));
    json_t *evidence = json_array();

    for (size_t i = 0; i < answer->n_evidence; i++)
        json_array_append_new(evidence, json_string(answer->evidence[i]));
    json_object_set_new(object, "evidence", evidence);
    if (answer->working_on)
        json_object_set_new(
            object, "working_on",
            json_pack("{s:s, s:s}", "owner", answer->working_on->owner, "planned", answer->working_on->planned));
    return object;
}

static void print_json(const struct command_context *context, const struct sheet *sheet, const struct filter *filter)
{
    json_t *list = json_array();

    for (size_t question = 0; question < sheet->questionnaire->question_count; question++)
        if (wanted(sheet, question, filter))
            json_array_append_new(list, question_json(context, sheet, question));
    command_print_json(json_pack("{s:s, s:s, s:i, s:o}", "round", sheet->round->id, "municipality", sheet->municipality,
                                 "completeness", sheet->scores.completeness, "questions", list));
}

static void print_theme(const struct command_context *context, const struct sheet *sheet, size_t theme,
                        const struct filter *filter)
{
    struct columns columns;
    const Ci__Theme *message = sheet->questionnaire->message->themes[theme];

    columns_init(&columns, context->arena, 5);
    columns.width_max[1] = 80;
    columns.width_max[3] = 40;
    for (size_t question = 0; question < sheet->questionnaire->question_count; question++) {
        if (sheet->questionnaire->theme_of[question] != (int)theme || !wanted(sheet, question, filter) ||
            !columns_have_room(&columns))
            continue;
        const Ci__Question *row = question_at(sheet->questionnaire, question);
        const Ci__Answer *answer = sheet->answers[question];

        columns_row(&columns,
                    (const char *const[]){ arena_format(context->arena, "  %s", row->id),
                                           text_in(row->text, context->language), audience_name(context, row->audience),
                                           answer ? answer_text_words(sheet->questionnaire, question, answer->value,
                                                                      context->language, context->arena)
                                                  : "·",
                                           mark_of(context, sheet, question) });
        add_heads(context, sheet, question, &columns);
    }
    if (columns.rows == 0)
        return;
    printf("%s %s\n", message->id, text_in(message->name, context->language));
    columns_print(&columns, stdout);
}

/* Whose questions: the own ones, those of the audience that was named, or everybody's. */
static int choose_audience(const struct command_context *context, bool mine, struct filter *filter)
{
    if (mine)
        return sheet_own_audience(context, &filter->audience);
    if (!filter->audience || audience_name(context, filter->audience))
        return 0;
    return audience_refuse(context,
                           arena_format(context->arena, "--audience %s: die groep is er niet.", filter->audience),
                           arena_format(context->arena, "--audience %s: there is no such group.", filter->audience));
}

int run_questions(struct command_context *context, int count, char **arguments)
{
    struct filter filter = { 0 };
    bool mine = false;
    const struct command_option options[] = {
        { .name = "--mine", .flag = &mine },
        { .name = "--open", .flag = &filter.open },
        { .name = "--theme", .value = &filter.theme },
        { .name = "--audience", .value = &filter.audience },
    };

    if (command_one_round(context, count, arguments, options, sizeof options / sizeof options[0]) != 0)
        return EXIT_USAGE;
    CLEANUP(sheet_free) struct sheet *sheet = NULL;
    int result = sheet_load(&sheet, context, arguments[0], false);

    if (result == 0)
        result = sheet_has_theme(context, sheet, filter.theme);
    if (result == 0)
        result = choose_audience(context, mine, &filter);
    if (result != 0)
        return result < 0 ? command_fault(context, result) : result;
    if (context->json) {
        print_json(context, sheet, &filter);
        return EXIT_DONE;
    }
    for (size_t theme = 0; theme < sheet->questionnaire->theme_count; theme++)
        print_theme(context, sheet, theme, &filter);
    tell(say(context->language,
             "Volledigheid %u %%. Van de vragen die meetellen: %u beantwoord, %u n.v.t., %u weet niet, %u open.\n",
             "Completeness %u %%. Of the questions that count: %u answered, %u not applicable, %u unknown, %u open.\n"),
         sheet->scores.completeness, sheet->scores.answered, sheet->scores.not_applicable, sheet->scores.unknown,
         sheet->scores.unanswered);
    return EXIT_DONE;
}
