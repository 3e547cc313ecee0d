/*
 * submit.c: `cimonitor submit` and `adopt`: a municipality says that its list is done, and that its executive board
 * adopted it. An edit in the outbox like any other: it takes effect when the server has it.
 */
#include <stdio.h>

#include "client/commands/run.h"
#include "client/commands/sheet.h"
#include "common/monitor/submission.h"
#include "common/wire/codec.h"

static int refuse_conflicts(const struct command_context *context, const struct sheet *sheet)
{
    for (size_t question = 0; question < sheet->questionnaire->question_count; question++)
        if (sheet->rivalled[question]) {
            const char *id = question_at(sheet->questionnaire, question)->id;

            return command_refuse(
                context, EXIT_FAILED, "conflicts_open",
                arena_format(context->arena,
                             "Bij %s staan verschillende antwoorden naast elkaar. Bekijk ze met: cimonitor questions "
                             "%s, en kies met: cimonitor answer %s %s WAARDE --resolve",
                             id, sheet->round->id, sheet->round->id, id),
                arena_format(context->arena,
                             "Several answers to %s stand side by side. See them with: cimonitor questions %s, and "
                             "choose with: cimonitor answer %s %s VALUE --resolve",
                             id, sheet->round->id, sheet->round->id, id));
        }
    return 0;
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

static int write_submission(const struct command_context *context, const struct sheet *sheet,
                            Ci__Submission *submission)
{
    uint8_t digest[DIGEST_BYTES];

    TRY(submission_digest(submission, context->arena, digest));
    submission->digest = bytes_to(bytes_of(digest, sizeof digest));
    const struct draft draft = {
        .dossier = sheet->municipality,
        .key = arena_format(context->arena, "submission/%s", sheet->round->id),
        .value = codec_pack(submission, context->arena),
        .questionnaire = bytes_of(sheet->questionnaire->hash, DIGEST_BYTES),
        .author = context->identity.person,
    };

    if (!draft.key || !draft.value.data)
        return FAULT(FAULT_MEMORY, "the submission is too large: shorten the free texts");
    return replica_write(context->replica, &draft, 1, NULL);
}

/* What was last said about this round's submission; NULL where nothing was. */
static int find_submission(const struct command_context *context, const struct sheet *sheet,
                           Ci__Submission **submission)
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

static const char *state_name(Ci__Submission__State state)
{
    static const char *const names[] = { "draft", "submitted", "changes_requested", "adopted" };

    return names[state];
}

static int print_done(const struct command_context *context, const struct sheet *sheet,
                      const Ci__Submission *submission)
{
    if (context->json) {
        command_print_json(json_pack("{s:s, s:s, s:s, s:i, s:i}", "round", sheet->round->id, "municipality",
                                     sheet->municipality, "state", state_name(submission->state), "answers",
                                     (int)submission->n_answers, "completeness", sheet->scores.completeness));
        return EXIT_DONE;
    }
    static const char *const said[][2] = {
        [CI__SUBMISSION__STATE__SUBMITTED] = { "Ingediend", "Submitted" },
        [CI__SUBMISSION__STATE__CHANGES_REQUESTED] = { "Teruggestuurd", "Sent back" },
        [CI__SUBMISSION__STATE__ADOPTED] = { "Vastgesteld", "Adopted" },
    };

    printf(
        say(context->language,
            "%s op deze computer: %zu antwoorden, volledigheid %u %%. Het telt zodra de server het heeft: cimonitor "
            "sync\n",
            "%s on this computer: %zu answers, completeness %u %%. It counts once the server has it: cimonitor sync\n"),
        say(context->language, said[submission->state][0], said[submission->state][1]), submission->n_answers,
        sheet->scores.completeness);
    return EXIT_DONE;
}

static int no_right(const struct command_context *context, const char *nl, const char *en)
{
    return command_refuse(context, EXIT_FAILED, "no_right", nl, en);
}

static int submit(const struct command_context *context, const struct sheet *sheet)
{
    Ci__Submission *before = NULL;

    if (context->identity.role != CI__ROLE__ROLE_LEAD && context->identity.role != CI__ROLE__ROLE_EXECUTIVE)
        return no_right(context, "Indienen doet de trekker of de bestuurder van de gemeente.",
                        "Submitting is for the municipality's lead or executive.");
    TRY(find_submission(context, sheet, &before));
    if (before && before->state == CI__SUBMISSION__STATE__ADOPTED)
        return command_refuse(context, EXIT_FAILED, "wrong_state", "Deze ronde is al vastgesteld.",
                              "This round was adopted already.");
    int conflicts = refuse_conflicts(context, sheet);

    if (conflicts)
        return conflicts;
    Ci__Submission *submission = gather(context, sheet);

    if (!submission)
        return FAULT(FAULT_MEMORY, "the submission is too large: shorten the free texts");
    if (submission->n_answers == 0)
        return command_refuse(context, EXIT_FAILED, "nothing_answered", "Er is nog niets ingevuld.",
                              "Nothing is filled in yet.");
    submission->state = CI__SUBMISSION__STATE__SUBMITTED;
    TRY(write_submission(context, sheet, submission));
    return print_done(context, sheet, submission);
}

static int adopt(const struct command_context *context, const struct sheet *sheet, bool request_changes)
{
    Ci__Submission *submission = NULL;

    if (context->identity.role != CI__ROLE__ROLE_EXECUTIVE)
        return no_right(context, "Vaststellen legt de bestuurder van de gemeente vast.",
                        "Recording the adoption is for the municipality's executive.");
    TRY(find_submission(context, sheet, &submission));
    if (!submission || submission->state != CI__SUBMISSION__STATE__SUBMITTED)
        return command_refuse(
            context, EXIT_FAILED, "wrong_state",
            "Er is niets ingediend om vast te stellen. Synchroniseer, of dien eerst in: cimonitor submit",
            "Nothing is submitted that could be adopted. Sync, or submit first: cimonitor submit");
    submission->state = request_changes ? CI__SUBMISSION__STATE__CHANGES_REQUESTED : CI__SUBMISSION__STATE__ADOPTED;
    TRY(write_submission(context, sheet, submission));
    return print_done(context, sheet, submission);
}

int run_submit(struct command_context *context, int count, char **arguments)
{
    CLEANUP(sheet_free) struct sheet *sheet = NULL;

    if (command_options(context, count, arguments, NULL, 0) != 1)
        return command_usage(context, say(context->language, "geef één ronde", "give one round"));
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

    if (command_options(context, count, arguments, options, 1) != 1)
        return command_usage(context, say(context->language, "geef één ronde", "give one round"));
    int result = sheet_load(&sheet, context, arguments[0], false);

    if (result == 0)
        result = adopt(context, sheet, request_changes);
    return result < 0 ? command_fault(context, result) : result;
}
