/*
 * answer.c: `cimonitor answer`: one answer, or many from a file. Saved on disk before it says so; needs no network.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/commands/answer_change.h"
#include "client/commands/run.h"
#include "client/commands/wrap.h"
#include "common/base/clock.h"
#include "common/format/answer_text.h"

enum { FILE_LINES_MAX = 2 * QUESTIONS_MAX, LINE_BYTES_MAX = 4096 };

/* `line`: of the file; 0: typed as arguments. */
static int refuse(const struct command_context *context, const char *name, size_t line, const char *id, const char *nl,
                  const char *en)
{
    struct arena *arena = context->arena;
    const char *place_nl = line ? arena_format(arena, "regel %zu, %s", line, id) : id;
    const char *place_en = line ? arena_format(arena, "line %zu, %s", line, id) : id;

    return command_refuse(context, EXIT_FAILED, name, arena_format(arena, "%s: %s", place_nl, nl),
                          arena_format(arena, "%s: %s", place_en, en));
}

/* Finds the question and reads the typed value into the change. */
static int read_value(const struct command_context *context, const struct sheet *sheet, size_t line, const char *id,
                      const char *text, const char *reason, size_t *question, struct answer_change *change)
{
    struct answer_problem problem = { 0 };
    int index = questionnaire_question(sheet->questionnaire, id);
    int result = 0;

    if (index < 0)
        return refuse(context, "unknown_question", line, id, "deze vraag bestaat niet. Zie: cimonitor questions RONDE",
                      "there is no such question. See: cimonitor questions ROUND");
    *question = (size_t)index;
    if (reason)
        result = answer_text_not_applicable(sheet->questionnaire, *question, reason, context->arena, &change->value,
                                            &problem);
    else if (text)
        result = answer_text_parse(sheet->questionnaire, *question, text, context->arena, &change->value, &problem);
    return result > 0 ? refuse(context, "invalid", line, id, problem.nl, problem.en) : result;
}

/* What is handed in stays as it was: who answers afterwards should know. */
static void print_handed_in(const struct command_context *context, const struct sheet *sheet)
{
    Ci__Submission *submission = NULL;

    if (sheet_submission(context, sheet, &submission) != 0 || !submission)
        return;
    if (submission->state == CI__SUBMISSION__STATE__SUBMITTED)
        tell_line(say(context->language, "Let op: de lijst is al ingediend; deze wijziging hoort daar niet bij.",
                      "Note: the list was submitted already; this change is not part of that."));
    if (submission->state == CI__SUBMISSION__STATE__ADOPTED)
        tell_line(say(context->language, "Let op: de lijst is al vastgesteld; deze wijziging hoort daar niet bij.",
                      "Note: the list was adopted already; this change is not part of that."));
}

static void print_saved(const struct command_context *context, const struct sheet *before, size_t count)
{
    CLEANUP(sheet_free) struct sheet *after = NULL;

    if (sheet_load(&after, context, before->round->id, false) != 0)
        return;
    int overall = after->scores.node[node_overall()];

    if (context->json) {
        command_print_json(json_pack(
            "{s:i, s:i, s:o, s:i}", "saved", (int)count, "completeness", after->scores.completeness, "overall",
            overall >= 0 ? json_integer(overall) : json_null(), "conflicts", (int)sheet_asking(after)));
        return;
    }
    tell(say(context->language, "Opgeslagen op deze computer (%zu). Volledigheid %u %%.",
             "Saved on this computer (%zu). Completeness %u %%."),
         count, after->scores.completeness);
    if (overall >= 0)
        tell(say(context->language, " Totaalscore nu %d.", " Overall score now %d."), score_points(overall));
    putchar('\n');
    sheet_print_asking(context, after);
    print_handed_in(context, after);
}

/* "QUESTION value" into a draft. Blank lines and # comments leave `count` as it is. */
static int read_line(const struct command_context *context, const struct sheet *sheet, size_t number, char *line,
                     struct draft *drafts, size_t *count)
{
    struct answer_change change = { 0 };
    size_t question = 0;
    char *id = line + strspn(line, " \t");

    if (*id == '\0' || *id == '#')
        return 0;
    char *value = id + strcspn(id, " \t");

    if (*value)
        *value++ = '\0';
    value += strspn(value, " \t");
    if (*count == FILE_LINES_MAX)
        return command_refuse(context, EXIT_FAILED, "too_large", "Het bestand heeft te veel regels.",
                              "The file has too many lines.");
    int result = read_value(context, sheet, number, id, value, NULL, &question, &change);

    if (result == 0)
        result = answer_change_draft(context, sheet, question, &change, &drafts[*count]);
    if (result == 0)
        (*count)++;
    return result;
}

static int read_lines(const struct command_context *context, const struct sheet *sheet, FILE *file,
                      struct draft *drafts, size_t *count)
{
    char line[LINE_BYTES_MAX];
    int result = 0;

    for (size_t number = 1; result == 0 && fgets(line, sizeof line, file); number++) {
        size_t size = strcspn(line, "\r\n");

        if (line[size] == '\0' && size == sizeof line - 1)
            return command_refuse(
                context, EXIT_FAILED, "too_large",
                arena_format(context->arena, "Regel %zu is te lang: hooguit 4.000 tekens.", number),
                arena_format(context->arena, "line %zu is too long: 4,000 characters at most.", number));
        line[size] = '\0';
        result = read_line(context, sheet, number, line, drafts, count);
    }
    return result;
}

static int refuse_unread(const struct command_context *context, const char *path, int error)
{
    return command_refuse(context, EXIT_FAILED, "unreadable",
                          arena_format(context->arena, "%s kan niet gelezen worden (%s); er is niets opgeslagen.", path,
                                       error == EISDIR ? "het is een map" : strerror(error)),
                          arena_format(context->arena, "%s cannot be read (%s); nothing was saved.", path,
                                       error == EISDIR ? "it is a folder" : strerror(error)));
}

static int answer_file(const struct command_context *context, const struct sheet *sheet, const char *path)
{
    static struct draft drafts[FILE_LINES_MAX];
    size_t count = 0;
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

    if (!file)
        return command_refuse(context, EXIT_FAILED, "missing",
                              arena_format(context->arena, "%s kan niet gelezen worden. Staat het bestand daar?", path),
                              arena_format(context->arena, "%s cannot be read. Is the file there?", path));
    int result = read_lines(context, sheet, file, drafts, &count);
    int error = errno;

    if (result == 0 && ferror(file)) /* a part is not taken for the whole */
        result = refuse_unread(context, path, error);
    if (file != stdin)
        fclose(file);
    if (result == 0)
        result = replica_write(context->replica, drafts, count, NULL); /* all or none */
    if (result == 0)
        print_saved(context, sheet, count);
    return result;
}

static int refuse_nothing(const struct command_context *context, const struct sheet *sheet, size_t question)
{
    return command_usage(
        context, arena_format(context->arena, say(context->language, "%s: geef een waarde: %s", "%s: give a value: %s"),
                              question_at(sheet->questionnaire, question)->id,
                              answer_possible(context, sheet, question, context->language)));
}

/* A command that says nothing of the question would only write what stands once more. */
static bool says_nothing(const struct answer_change *change)
{
    return !change->value && !change->remark && !change->note && !change->owner && !change->planned &&
           change->evidence_count == 0 && !change->clear;
}

static int answer_one(const struct command_context *context, const struct sheet *sheet, const char *id,
                      const char *value, const char *reason, struct answer_change *change)
{
    struct draft draft = { 0 };
    size_t question = 0;
    int result = read_value(context, sheet, 0, id, value, reason, &question, change);

    if (result == 0 && says_nothing(change))
        result = refuse_nothing(context, sheet, question);
    if (result == 0)
        result = answer_change_draft(context, sheet, question, change, &draft);
    if (result == 0)
        result = replica_write(context->replica, &draft, 1, NULL);
    if (result == 0)
        print_saved(context, sheet, 1);
    return result;
}

int run_answer(struct command_context *context, int count, char **arguments)
{
    struct answer_change change = { 0 };
    const char *reason = NULL, *file = NULL, *evidence[EVIDENCE_MAX];
    bool unknown = false;
    const struct command_option options[] = {
        { .name = "--remark", .value = &change.remark },
        { .name = "--note", .value = &change.note },
        { .name = "--working-on", .value = &change.owner },
        { .name = "--planned", .value = &change.planned },
        { .name = "--evidence", .list = evidence, .list_count = &change.evidence_count, .list_max = EVIDENCE_MAX },
        { .name = "--not-applicable", .value = &reason },
        { .name = "--unknown", .flag = &unknown },
        { .name = "--clear", .flag = &change.clear },
        { .name = "--from", .value = &file },
    };
    int left = command_options(context, count, arguments, options, sizeof options / sizeof options[0]);

    if (left < 0)
        return EXIT_USAGE;
    if (file ? left != 1 : left < 2 || (left == 3) + unknown + (reason != NULL) + change.clear > 1 || left > 3)
        return command_usage(
            context, say(context->language, "geef ronde, vraag en één waarde", "give round, question and one value"));
    CLEANUP(sheet_free) struct sheet *sheet = NULL;
    int result = sheet_load(&sheet, context, arguments[0], false);

    change.evidence = evidence;
    if (result == 0)
        result = file ? answer_file(context, sheet, file)
                      : answer_one(context, sheet, arguments[1],
                                   unknown     ? "unknown"
                                   : left == 3 ? arguments[2]
                                               : NULL,
                                   reason, &change);
    return result < 0 ? command_fault(context, result) : result;
}
