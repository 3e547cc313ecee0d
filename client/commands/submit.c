/*
 * submit.c: `cimonitor submit` and `adopt`: a municipality says that its list is done, and that its executive board
 * adopted it. An edit in the outbox like any other: it takes effect when the server has it.
 */
#include <stdio.h>
#include <string.h>

#include "client/commands/answer_change.h"
#include "client/commands/conflicts.h"
#include "client/commands/roles.h"
#include "client/commands/run.h"
#include "client/commands/sheet.h"
#include "client/commands/wrap.h"
#include "common/monitor/submission.h"
#include "common/wire/codec.h"

enum { NAMED_MAX = 8 }; /* questions in a message */

/* Ids of questions, in the questionnaire's order. */
struct questions {
    const char *ids[QUESTIONS_MAX];
    size_t count;
};

static const char *questions_text(const struct command_context *context, const struct questions *questions)
{
    const char *text = "";

    for (size_t i = 0; text && i < questions->count && i <= NAMED_MAX; i++)
        text = arena_format(context->arena, "%s%s%s", text, i ? ", " : "", i < NAMED_MAX ? questions->ids[i] : "…");
    return text ? text : "…";
}

static int refuse_conflicts(const struct command_context *context, const struct sheet *sheet)
{
    struct questions open = { .count = 0 };

    for (size_t question = 0; question < sheet->questionnaire->question_count; question++)
        if (sheet->rivalled[question])
            open.ids[open.count++] = question_at(sheet->questionnaire, question)->id;
    if (open.count == 0)
        return 0;
    const char *ids = questions_text(context, &open);

    return command_refuse(
        context, EXIT_FAILED, "conflicts_open",
        arena_format(context->arena,
                     "Bij %s staan verschillende antwoorden naast elkaar. Bekijk ze en kies: cimonitor conflicts %s",
                     ids, sheet->round->id),
        arena_format(context->arena,
                     "Several answers to %s stand side by side. See them and choose: cimonitor conflicts %s", ids,
                     sheet->round->id));
}

/* Every standing answer, in the questionnaire's order, with what the digest is over. */
static Ci__Submission *gather(const struct command_context *context, const struct sheet *sheet)
{
    Ci__Submission *submission = arena_alloc(context->arena, sizeof *submission);
    size_t most = sheet->questionnaire->question_count;
    Ci__SubmittedAnswer *answers = arena_alloc(context->arena, most * sizeof *answers);

    if (!submission || !answers)
        return NULL;
    ci__submission__init(submission);
    submission->answers = arena_alloc(context->arena, most * sizeof *submission->answers);
    for (size_t question = 0; submission->answers && question < most; question++) {
        const Ci__Answer *answer = sheet->answers[question];

        if (!answer)
            continue;
        Ci__SubmittedAnswer *row = &answers[question];

        ci__submitted_answer__init(row);
        row->question = question_at(sheet->questionnaire, question)->id;
        row->edit = sheet->edits[question]->id;
        row->value = answer->value;
        row->substantiated = answer->n_evidence > 0;
        submission->answers[submission->n_answers++] = row;
    }
    return submission->answers ? submission : NULL;
}

/* The questions whose answers here are other edits than those in the submission. */
static void find_changed(const struct sheet *sheet, const Ci__Submission *submission, struct questions *changed)
{
    size_t row = 0;

    changed->count = 0;
    for (size_t question = 0; question < sheet->questionnaire->question_count; question++) {
        const char *id = question_at(sheet->questionnaire, question)->id;
        const ProtobufCBinaryData *here = sheet->answers[question] ? &sheet->edits[question]->id : NULL;
        const ProtobufCBinaryData *there = NULL;

        if (row < submission->n_answers && strcmp(submission->answers[row]->question, id) == 0)
            there = &submission->answers[row++]->edit;
        if (here || there ? !here || !there || !bytes_equal(bytes_from(*here), bytes_from(*there)) : false)
            changed->ids[changed->count++] = id;
    }
}

static int write_submission(const struct command_context *context, const struct sheet *sheet,
                            Ci__Submission *submission)
{
    uint8_t digest[DIGEST_BYTES];

    TRY(submission_digest(submission, context->arena, digest));
    submission->digest = bytes_to(bytes_of(digest, sizeof digest));
    struct draft draft = {
        .dossier = sheet->municipality,
        .key = arena_format(context->arena, "submission/%s", sheet->round->id),
        .value = codec_pack(submission, context->arena),
        .questionnaire = bytes_of(sheet->questionnaire->hash, DIGEST_BYTES),
        .author = context->identity.person,
    };

    if (!draft.key || !draft.value.data)
        return FAULT(FAULT_MEMORY, "the submission is too large: shorten the free texts");
    struct conflict conflict;
    int found = conflict_read(context, draft.key, &conflict);

    TRY(found);
    if (found == 0 && conflict.heads.count > 1 && conflict.heads.shown)
        draft.seen = &conflict.heads; /* others that stand beside it were on the screen: they go */
    return replica_write(context->replica, &draft, 1, NULL);
}

/* Of the list as it was handed in: what stands may have changed since. */
static unsigned completeness(const struct sheet *sheet, const Ci__Submission *submission)
{
    const struct questionnaire *questionnaire = sheet->questionnaire;
    size_t filled = 0;

    for (size_t i = 0; i < submission->n_answers; i++) {
        int question = questionnaire_question(questionnaire, submission->answers[i]->question);

        filled += question >= 0 && questionnaire->scored[question];
    }
    return score_completeness(questionnaire, filled);
}

static int print_json(const struct sheet *sheet, const Ci__Submission *submission, const struct questions *changed)
{
    json_t *list = json_array();

    for (size_t i = 0; i < changed->count; i++)
        json_array_append_new(list, json_string(changed->ids[i]));
    command_print_json(json_pack("{s:s, s:s, s:s, s:i, s:i, s:o}", "round", sheet->round->id, "municipality",
                                 sheet->municipality, "state", submission_state_name(submission->state), "answers",
                                 (int)submission->n_answers, "completeness", (int)completeness(sheet, submission),
                                 "changed_since", list));
    return EXIT_DONE;
}

static int print_done(const struct command_context *context, const struct sheet *sheet,
                      const Ci__Submission *submission)
{
    struct questions changed;

    find_changed(sheet, submission, &changed);
    if (context->json)
        return print_json(sheet, submission, &changed);

    static const char *const said[][2] = {
        [CI__SUBMISSION__STATE__SUBMITTED] = { "Ingediend", "Submitted" },
        [CI__SUBMISSION__STATE__CHANGES_REQUESTED] = { "Teruggestuurd", "Sent back" },
        [CI__SUBMISSION__STATE__ADOPTED] = { "Vastgesteld", "Adopted" },
    };

    tell(
        say(context->language,
            "%s op deze computer: %zu antwoorden, volledigheid %u %%. Het telt zodra de server het heeft: cimonitor "
            "sync\n",
            "%s on this computer: %zu answers, completeness %u %%. It counts once the server has it: cimonitor sync\n"),
        say(context->language, said[submission->state][0], said[submission->state][1]), submission->n_answers,
        completeness(sheet, submission));
    if (sheet->scores.unanswered && submission->state == CI__SUBMISSION__STATE__SUBMITTED)
        tell(say(context->language, "Let op: van de vragen die meetellen staan er nog %u open.\n",
                 "Note: of the questions that count, %u are still open.\n"),
             sheet->scores.unanswered);
    if (changed.count && submission->state == CI__SUBMISSION__STATE__ADOPTED)
        tell(say(context->language,
                 "Let op: sinds het indienen is er iets veranderd bij %s. Vastgesteld is wat is ingediend.\n",
                 "Note: answers have changed since, of %s. The list is adopted as it was submitted.\n"),
             questions_text(context, &changed));
    return EXIT_DONE;
}

static int no_right(const struct command_context *context, const char *nl, const char *en)
{
    return command_refuse(context, EXIT_FAILED, "no_right", nl, en);
}

/* What was submitted waits for the executive: it is adopted or sent back, and only then comes another. */
static int refuse_again(const struct command_context *context, const struct sheet *sheet, const Ci__Submission *before)
{
    struct arena *arena = context->arena;
    struct questions changed;

    find_changed(sheet, before, &changed);
    if (changed.count == 0)
        return command_refuse(context, EXIT_FAILED, "already_submitted",
                              arena_format(arena,
                                           "De lijst is al ingediend en sindsdien is er niets veranderd. De bestuurder "
                                           "is aan zet: cimonitor adopt %s",
                                           sheet->round->id),
                              arena_format(arena,
                                           "The list was submitted already, and nothing has changed since. It is the "
                                           "executive's turn: cimonitor adopt %s",
                                           sheet->round->id));
    return command_refuse(
        context, EXIT_FAILED, "already_submitted",
        arena_format(arena,
                     "De lijst is al ingediend. Sindsdien is er iets veranderd bij %s. Laat de bestuurder haar eerst "
                     "terugsturen (cimonitor adopt %s --request-changes); daarna kunt u haar opnieuw indienen.",
                     questions_text(context, &changed), sheet->round->id),
        arena_format(arena,
                     "The list was submitted already. Answers have changed since, of %s. Let the executive send it "
                     "back first (cimonitor adopt %s --request-changes); then you can submit it again.",
                     questions_text(context, &changed), sheet->round->id));
}

static int refuse_adopted(const struct command_context *context)
{
    return command_refuse(context, EXIT_FAILED, "wrong_state", "Deze ronde is al vastgesteld.",
                          "This round was adopted already.");
}

static int submit(const struct command_context *context, const struct sheet *sheet)
{
    Ci__Submission *before = NULL;

    if (context->identity.role != CI__ROLE__ROLE_LEAD && context->identity.role != CI__ROLE__ROLE_EXECUTIVE)
        return no_right(context, "Indienen doet de trekker of de bestuurder van de gemeente.",
                        "Submitting is for the municipality's lead or executive.");
    TRY(sheet_submission(context, sheet, &before));
    if (before && before->state == CI__SUBMISSION__STATE__ADOPTED)
        return refuse_adopted(context);
    int refused = answer_round_is_open(context, sheet);

    if (refused == 0 && before && before->state == CI__SUBMISSION__STATE__SUBMITTED)
        refused = refuse_again(context, sheet, before);
    if (refused == 0)
        refused = refuse_conflicts(context, sheet);
    if (refused)
        return refused;
    Ci__Submission *submission = gather(context, sheet);

    if (!submission)
        return FAULT(FAULT_MEMORY, "the submission is too large: shorten the free texts");
    if (submission->n_answers == 0)
        return command_refuse(context, EXIT_FAILED, "nothing_answered",
                              "Hier is nog niets ingevuld. Wat collega's invulden haalt u op met: cimonitor sync",
                              "Nothing is filled in here yet. Fetch what colleagues filled in with: cimonitor sync");
    submission->state = CI__SUBMISSION__STATE__SUBMITTED;
    TRY(write_submission(context, sheet, submission));
    return print_done(context, sheet, submission);
}

/* ---- adopting ---- */

static int refuse_choice(const struct command_context *context, const struct sheet *sheet)
{
    return command_refuse(context, EXIT_FAILED, "unknown_number",
                          arena_format(context->arena,
                                       "Noem het nummer van een vastgestelde lijst uit: cimonitor conflicts %s",
                                       sheet->round->id),
                          arena_format(context->arena, "Give the number of an adopted list in: cimonitor conflicts %s",
                                       sheet->round->id));
}

static int refuse_undecided(const struct command_context *context, const struct sheet *sheet)
{
    return command_refuse(
        context, EXIT_FAILED, "conflicts_open",
        arena_format(
            context->arena,
            "Er staan verschillende lijsten naast elkaar. Bekijk ze (cimonitor conflicts %s) en houd er één aan: "
            "cimonitor adopt %s NUMMER",
            sheet->round->id, sheet->round->id),
        arena_format(
            context->arena,
            "Several lists stand side by side. See them (cimonitor conflicts %s) and keep one: cimonitor adopt "
            "%s NUMBER",
            sheet->round->id, sheet->round->id));
}

/* Of lists from histories of which the server lost one: an adopted one is kept as it is, and the others go. */
static int keep(const struct command_context *context, const struct sheet *sheet, struct conflict *conflict,
                const char *number)
{
    struct edit_reader reader = edit_reader_of(context);
    const Ci__Edit *chosen = conflict_choice(conflict, number);
    Ci__Submission *submission = NULL;
    int result = conflict->heads.shown ? 0 : conflict_refuse_unseen(&reader, conflict);

    edit_reader_end(&reader);
    if (result != 0)
        return result;
    if (!chosen || chosen == conflict->heads.unsent)
        return refuse_choice(context, sheet);
    if (CODEC_UNPACK(ci__submission, bytes_from(chosen->value), context->arena, &submission) != 0)
        return FAULT(FAULT_CORRUPT, "the stored submission cannot be read: sync again");
    if (submission->state != CI__SUBMISSION__STATE__ADOPTED)
        return refuse_choice(context, sheet);
    TRY(write_submission(context, sheet, submission));
    return print_done(context, sheet, submission);
}

/* REPLICA_NONE: none was handed in. */
static int read_lists(const struct command_context *context, const struct sheet *sheet, struct conflict *conflict)
{
    return conflict_read(context, arena_format(context->arena, "submission/%s", sheet->round->id), conflict);
}

static int adopt_one_of(const struct command_context *context, const struct sheet *sheet, const char *number)
{
    struct conflict conflict;
    int closed = answer_round_is_open(context, sheet), found;

    if (closed)
        return closed;
    found = read_lists(context, sheet, &conflict);
    TRY(found);
    return found == 0 && conflict.heads.count > 1 ? keep(context, sheet, &conflict, number)
                                                  : refuse_choice(context, sheet);
}

/* Adopted, and nothing is left to decide upon. */
static int refuse_decided(const struct command_context *context, const struct sheet *sheet)
{
    struct conflict conflict;
    int found = read_lists(context, sheet, &conflict);

    TRY(found);
    return found == 0 && conflict.heads.count > 1 && !conflict.heads.chosen ? refuse_undecided(context, sheet)
                                                                            : refuse_adopted(context);
}

static int adopt(const struct command_context *context, const struct sheet *sheet, const char *number,
                 bool request_changes)
{
    Ci__Submission *submission = NULL;

    if (context->identity.role != CI__ROLE__ROLE_EXECUTIVE)
        return no_right(context, "Vaststellen legt de bestuurder van de gemeente vast.",
                        "Recording the adoption is for the municipality's executive.");
    if (number)
        return adopt_one_of(context, sheet, number);
    TRY(sheet_submission(context, sheet, &submission));
    if (submission && submission->state == CI__SUBMISSION__STATE__ADOPTED)
        return refuse_decided(context, sheet);
    int closed = answer_round_is_open(context, sheet);

    if (closed)
        return closed;
    if (!submission || submission->state != CI__SUBMISSION__STATE__SUBMITTED)
        return command_refuse(
            context, EXIT_FAILED, "wrong_state",
            "Er is niets ingediend om vast te stellen. Haal het op met: cimonitor sync; of dien eerst in: cimonitor "
            "submit RONDE",
            "Nothing is submitted that could be adopted. Fetch it with: cimonitor sync; or submit first: cimonitor "
            "submit ROUND");
    submission->state = request_changes ? CI__SUBMISSION__STATE__CHANGES_REQUESTED : CI__SUBMISSION__STATE__ADOPTED;
    TRY(write_submission(context, sheet, submission));
    return print_done(context, sheet, submission);
}

int run_submit(struct command_context *context, int count, char **arguments)
{
    CLEANUP(sheet_free) struct sheet *sheet = NULL;

    if (command_one_round(context, count, arguments, NULL, 0) != 0)
        return EXIT_USAGE;
    int result = sheet_load(&sheet, context, arguments[0], false);

    if (result == 0)
        result = submit(context, sheet);
    return result < 0 ? command_fault(context, result) : result;
}

int run_adopt(struct command_context *context, int count, char **arguments)
{
    CLEANUP(sheet_free) struct sheet *sheet = NULL;
    bool request_changes = false;
    const struct command_option options[] = { { .name = "--request-changes", .flag = &request_changes } };
    int left = command_options(context, count, arguments, options, 1);

    if (left < 0)
        return EXIT_USAGE;
    if (left != 1 && (left != 2 || request_changes))
        return command_usage(context,
                             say(context->language, "geef één ronde, en het nummer van een lijst uit conflicts",
                                 "give one round, and the number of a list in conflicts"));
    const char *number = left == 2 ? arguments[1] : NULL;
    int result = sheet_load(&sheet, context, arguments[0], false);

    if (result == 0)
        result = adopt(context, sheet, number, request_changes);
    return result < 0 ? command_fault(context, result) : result;
}
