/*
 * sheet.c: gathers one municipality's round from the replica. Reads only.
 */
#include "client/commands/sheet.h"
#include "client/commands/wrap.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/format/answer_text.h"
#include "common/wire/codec.h"

int sheet_has_theme(const struct command_context *context, const struct sheet *sheet, const char *theme)
{
    if (!theme || questionnaire_theme(sheet->questionnaire, theme) >= 0)
        return 0;
    return command_refuse(
        context, EXIT_FAILED, "unknown_theme",
        arena_format(context->arena, "%s: dit thema bestaat niet. Zie: cimonitor score RONDE", theme),
        arena_format(context->arena, "%s: there is no such theme. See: cimonitor score ROUND", theme));
}

char *sheet_key(const struct sheet *sheet, struct arena *arena, size_t question)
{
    return arena_format(arena, "answer/%s/%s", sheet->round->id, question_at(sheet->questionnaire, question)->id);
}

const char *sheet_value_short(const struct sheet *sheet, struct arena *arena, size_t question)
{
    const Ci__Answer *answer = sheet->answers[question];

    return answer && answer->value ? answer_text_short(sheet->questionnaire, question, answer->value, arena) : NULL;
}

const char *audience_name(const struct command_context *context, const char *audience)
{
    static const char *const names[][3] = {
        { "buyer", "inkoper", "buyer" },
        { "policy_officer", "beleidsmaker", "policy officer" },
        { "operational_officer", "uitvoerend medewerker", "operational officer" },
        { "executive", "bestuurder", "executive" },
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i][0], audience) == 0)
            return say(context->language, names[i][1], names[i][2]);
    return NULL;
}

int audience_refuse(const struct command_context *context, const char *nl, const char *en)
{
    return command_refuse(context, EXIT_FAILED, "unknown_function",
                          arena_format(context->arena,
                                       "%s Kies: cimonitor questions RONDE --audience buyer (inkoper), policy_officer "
                                       "(beleidsmaker), operational_officer (uitvoerend medewerker) of executive "
                                       "(bestuurder).",
                                       nl),
                          arena_format(context->arena,
                                       "%s Choose: cimonitor questions ROUND --audience buyer, policy_officer, "
                                       "operational_officer or executive.",
                                       en));
}

/* "Senior inkoper" buys too: a word in the function tells. */
static const char *audience_of_function(const char *function)
{
    static const struct {
        const char *word, *audience;
    } table[] = {
        { "inkoper", "buyer" },
        { "buyer", "buyer" },
        { "beleidsmaker", "policy_officer" },
        { "policy officer", "policy_officer" },
        { "uitvoerend medewerker", "operational_officer" },
        { "operational officer", "operational_officer" },
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcasestr(function, table[i].word))
            return table[i].audience;
    return NULL;
}

int sheet_own_audience(const struct command_context *context, const char **audience)
{
    Ci__PersonDetails *details = NULL;
    int found = replica_details(context->replica, context->arena, context->identity.person, &details);

    if (found < 0)
        return found;
    *audience = context->identity.role == CI__ROLE__ROLE_EXECUTIVE ? "executive"
                : found == 0                                       ? audience_of_function(details->function)
                                                                   : NULL;
    return *audience ? 0
                     : audience_refuse(context, "Uit uw functie blijkt niet welke vragen van u zijn.",
                                       "Your function does not tell which questions are yours.");
}

/* The answer in an edit; NULL where it was cleared. Values in the replica were checked when they were made or came in. */
static int unpack_answer(const Ci__Edit *edit, struct arena *arena, Ci__Answer **answer)
{
    *answer = NULL;
    if (edit->cleared)
        return 0;
    if (CODEC_UNPACK(ci__answer, bytes_from(edit->value), arena, answer) != 0)
        return FAULT(FAULT_CORRUPT,
                     "the stored answer %s cannot be read: sync again, and if that does not help enrol anew",
                     edit->key);
    return 0;
}

/* Of the first question about euros: its total bounds the sum. */
static void note_spend(struct sheet *sheet, const Ci__AnswerValue *value)
{
    if (!value || value->of_case != CI__ANSWER_VALUE__OF_EUROS || sheet->spend_known)
        return;
    for (size_t i = 0; i < value->euros->n_categories; i++) {
        int theme = questionnaire_theme(sheet->questionnaire, value->euros->categories[i]->theme);

        if (theme >= 0) {
            sheet->spend[theme] = value->euros->categories[i]->amount;
            sheet->spend_known = true;
        }
    }
}

static int load_question(struct sheet *sheet, const struct command_context *context, size_t question)
{
    const char *key = sheet_key(sheet, context->arena, question);
    Ci__Record *record = NULL;
    int found = replica_word(context->replica, context->arena, sheet->municipality, key, &sheet->edits[question],
                             &sheet->unsent[question]);

    if (found != 0)
        return found == REPLICA_NONE ? 0 : found;
    found = replica_record(context->replica, context->arena, sheet->municipality, key, &record);
    if (found < 0)
        return found;
    sheet->records[question] = record;
    if (record && record->n_rivals > 0) {
        struct heads heads;

        TRY(replica_heads(context->replica, context->arena, sheet->municipality, key, &heads));
        sheet->rivalled[question] = !heads.chosen;
    }
    if (record && !sheet->unsent[question])
        sheet->edits[question] = record->standing; /* not the own rival beside it */
    TRY(unpack_answer(sheet->edits[question], context->arena, &sheet->answers[question]));

    const Ci__Answer *answer = sheet->answers[question];
    const Ci__AnswerValue *value = answer ? answer->value : NULL;

    sheet->marks[question] = answer_mark(sheet->questionnaire, question, value, answer && answer->n_evidence > 0);
    note_spend(sheet, value);
    return 0;
}

static int load(struct sheet *sheet, const struct command_context *context)
{
    for (size_t question = 0; question < sheet->questionnaire->question_count; question++)
        TRY(load_question(sheet, context, question));
    sheet->by_spend = sheet->by_spend && sheet->spend_known;
    scores_compute(sheet->questionnaire, sheet->marks, sheet->by_spend ? sheet->spend : NULL, &sheet->scores);
    return 0;
}

int sheet_refuse_round(const struct command_context *context)
{
    return command_refuse(context, EXIT_FAILED, "unknown_round",
                          "Deze ronde is hier niet bekend. Controleer het jaar, of haal haar op met: cimonitor sync",
                          "This round is not known here. Check the year, or fetch it with: cimonitor sync");
}

int sheet_load(struct sheet **out, const struct command_context *context, const char *round, bool by_spend)
{
    const char *municipality = identity_municipality(&context->identity);

    if (!municipality)
        return command_refuse(
            context, EXIT_FAILED, "no_right",
            "Uw rol hoort niet bij één gemeente: dit kan alleen wie voor een gemeente is uitgenodigd.",
            "Your role belongs to no municipality: this is for people invited for one.");
    CLEANUP(sheet_free) struct sheet *sheet = calloc(1, sizeof *sheet);

    if (!sheet)
        return FAULT(FAULT_MEMORY, "out of memory");
    snprintf(sheet->municipality, sizeof sheet->municipality, "%s", municipality);
    sheet->by_spend = by_spend;
    int found = replica_round(context->replica, context->arena, round, &sheet->round);

    if (found == 0)
        found = replica_questionnaire(context->replica, round, &sheet->questionnaire);
    if (found != 0)
        return found == REPLICA_NONE ? sheet_refuse_round(context) : found;
    TRY(load(sheet, context));
    *out = TAKE(&sheet);
    return 0;
}

int sheet_submission(const struct command_context *context, const struct sheet *sheet, Ci__Submission **submission)
{
    Ci__Edit *edit = NULL;
    int found = replica_word(context->replica, context->arena, sheet->municipality,
                             arena_format(context->arena, "submission/%s", sheet->round->id), &edit, NULL);

    *submission = NULL;
    if (found != 0 || edit->cleared)
        return found < 0 ? found : 0;
    if (CODEC_UNPACK(ci__submission, bytes_from(edit->value), context->arena, submission) != 0)
        return FAULT(FAULT_CORRUPT, "the stored submission cannot be read: sync again");
    return 0;
}

struct sheet *sheet_free(struct sheet *sheet)
{
    if (sheet)
        questionnaire_free(sheet->questionnaire);
    free(sheet);
    return NULL;
}

size_t sheet_asking(const struct sheet *sheet)
{
    size_t count = 0;

    for (size_t question = 0; question < sheet->questionnaire->question_count; question++)
        count += sheet->rivalled[question];
    return count;
}

void sheet_print_asking(const struct command_context *context, const struct sheet *sheet)
{
    size_t count = sheet_asking(sheet);

    if (count)
        tell(say(context->language,
                 "Let op: bij %zu vragen staan verschillende antwoorden naast elkaar. Tot iemand kiest telt wat het "
                 "eerst "
                 "bij de server was. Bekijk en kies: cimonitor conflicts %s\n",
                 "Note: at %zu questions different answers stand side by side. Until somebody chooses, the one that "
                 "reached the server first counts. See and choose: cimonitor conflicts %s\n"),
             count, sheet->round->id);
}
