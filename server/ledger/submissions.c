/*
 * submissions.c: submissions: which step may follow which, by whom, over exactly which answers; and what an adopted one
 * puts into the benchmark.
 */
#include <stdio.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/monitor/submission.h"
#include "common/wire/codec.h"
#include "server/benchmark/sheets.h"
#include "server/ledger/kinds.h"
#include "server/ledger/receipts.h"
#include "server/ledger/reconcile.h"
#include "server/ledger/records.h"
#include "server/ledger/rounds.h"

enum { NAMED_MAX = 5 }; /* questions named in a refusal */

#define STATE(name) CI__SUBMISSION__STATE__##name

/* Names of questions, "S1.1, S2.3", for a refusal's detail. */
struct named {
    char text[NAMED_MAX * (QUESTION_ID_MAX + 2) + 8];
    size_t count;
};

static void name_question(struct named *named, const char *question)
{
    size_t used = strlen(named->text);

    if (named->count++ < NAMED_MAX)
        snprintf(named->text + used, sizeof named->text - used, "%s%.*s", used ? ", " : "", QUESTION_ID_MAX, question);
    else if (named->count == NAMED_MAX + 1)
        snprintf(named->text + used, sizeof named->text - used, " …");
}

static int refuse_naming(struct proposal *proposal, enum error_code code, const struct named *named)
{
    char *detail = arena_string(proposal->arena, named->text);

    return refuse(&proposal->refusal, code, detail, detail);
}

/* What the server has, by question: NULL where nothing is answered. */
struct standing_answers {
    Ci__SubmittedAnswer *at[QUESTIONS_MAX];
    struct named rivals;
};

static int collect_answer(struct proposal *proposal, const struct questionnaire *questionnaire,
                          struct record_walk *walk, struct standing_answers *standing)
{
    Ci__SubmittedAnswer *submitted = arena_alloc(proposal->arena, sizeof *submitted);
    struct record_key key;
    Ci__Answer *answer = NULL;
    Ci__Record *record = NULL;
    int question;

    if (!submitted)
        return FAULT(FAULT_MEMORY, "the submission takes more memory than a request may");
    TRY(record_unpack(walk->cursor.value, proposal->arena, &record));
    if (!record_key_parse(walk->key, &key) || (question = questionnaire_question(questionnaire, key.second)) < 0)
        return FAULT(FAULT_CORRUPT, "the view has an answer to a question that is not in the questionnaire");
    if (record->n_rivals > 0)
        name_question(&standing->rivals, key.second);
    if (record->standing->cleared)
        return 0;
    TRY(stored_unpack(&ci__answer__descriptor, bytes_from(record->standing->value), proposal->arena,
                      (ProtobufCMessage **)&answer));
    *submitted = submission_answer(questionnaire, (size_t)question, answer, record->standing->id.data);
    standing->at[question] = submitted;
    return 0;
}

static int collect(struct proposal *proposal, const struct questionnaire *questionnaire,
                   struct standing_answers *standing)
{
    char prefix[RECORD_KEY_MAX];
    struct record_walk walk;
    int result = 0;

    snprintf(prefix, sizeof prefix, "answer/%s/", proposal->key.first);
    record_walk_open(&walk, proposal->txn, proposal->edit->dossier, prefix);
    while (result == 0 && record_walk_next(&walk))
        result = collect_answer(proposal, questionnaire, &walk, standing);
    record_walk_close(&walk);
    return result;
}

static bool same_answer(const Ci__SubmittedAnswer *a, const Ci__SubmittedAnswer *b, struct arena *arena)
{
    struct bytes left, right;

    if (!a || !b)
        return a == b;
    left = codec_pack(a, arena);
    right = codec_pack(b, arena);
    return left.data && bytes_equal(left, right);
}

/* By question, in the questionnaire's order and each once; false where it is not so. */
static bool arrange(const struct questionnaire *questionnaire, const Ci__Submission *submission,
                    Ci__SubmittedAnswer *given[QUESTIONS_MAX])
{
    int last = -1;

    for (size_t i = 0; i < submission->n_answers; i++) {
        int question = questionnaire_question(questionnaire, submission->answers[i]->question);

        if (question <= last || !submission->answers[i]->value)
            return false;
        given[question] = submission->answers[i];
        last = question;
    }
    return true;
}

/* The answers are those that the server has, and nobody still has to choose. */
static int check_answers(struct proposal *proposal, const struct questionnaire *questionnaire,
                         Ci__SubmittedAnswer *const given[QUESTIONS_MAX])
{
    struct standing_answers standing = { 0 };
    struct named differ = { 0 };

    TRY(collect(proposal, questionnaire, &standing));
    if (standing.rivals.count > 0)
        return refuse_naming(proposal, ERROR_CONFLICTS_OPEN, &standing.rivals);
    for (size_t i = 0; i < questionnaire->question_count; i++)
        if (!same_answer(given[i], standing.at[i], proposal->arena))
            name_question(&differ, question_at(questionnaire, i)->id);
    return differ.count > 0 ? refuse_naming(proposal, ERROR_DIGEST_DIFFERS, &differ) : 0;
}

static bool step_is_allowed(Ci__Submission__State before, Ci__Submission__State after)
{
    switch (before) {
    case STATE(DRAFT): return after == STATE(DRAFT) || after == STATE(SUBMITTED);
    case STATE(SUBMITTED): return after == STATE(CHANGES_REQUESTED) || after == STATE(ADOPTED);
    case STATE(CHANGES_REQUESTED): return after == STATE(SUBMITTED);
    default: return false; /* what was adopted stays so */
    }
}

static int check_step(struct proposal *proposal, const Ci__Submission *submission, const Ci__Submission *standing)
{
    if (!step_is_allowed(standing ? standing->state : STATE(DRAFT), submission->state))
        return refuse(&proposal->refusal, ERROR_WRONG_STATE, NULL, NULL);
    return 0;
}

/* The digest is that of the answers in it, and an adoption is of what was submitted. */
static int check_digest(struct proposal *proposal, const Ci__Submission *submission, const Ci__Submission *standing)
{
    uint8_t digest[DIGEST_BYTES];
    bool empty = submission->n_answers == 0 && submission->digest.len == 0 && submission->state != STATE(SUBMITTED) &&
                 submission->state != STATE(ADOPTED);

    if (empty)
        return 0;
    TRY(submission_digest(submission, proposal->arena, digest));
    if (!bytes_equal(bytes_of(digest, sizeof digest), bytes_from(submission->digest)) ||
        (submission->state == STATE(ADOPTED) &&
         !bytes_equal(bytes_from(standing->digest), bytes_from(submission->digest))))
        return refuse(&proposal->refusal, ERROR_DIGEST_DIFFERS, NULL, NULL);
    return 0;
}

/* Before anything else: who says the same as what stands becomes its author. */
int submission_right(struct proposal *proposal)
{
    const Ci__Submission *submission = proposal->value;

    if (submission->state == STATE(ADOPTED) && proposal->principal &&
        proposal->principal->role != CI__ROLE__ROLE_EXECUTIVE)
        return refuse(&proposal->refusal, ERROR_NO_RIGHT, "vaststellen doet de bestuurder", "the executive adopts");
    return 0;
}

/*
 * What was adopted stays so; but after a loss, several adopted lists may stand side by side, each the only one in its own
 * history. Of these the executive keeps one: it was judged when it was adopted.
 */
static bool keeps_adopted(const struct proposal *proposal, const Ci__Submission *submission)
{
    const Ci__Record *record = proposal->record;

    if (submission->state != STATE(ADOPTED) || !edit_has_seen(proposal->edit, record->standing->id))
        return false;
    for (size_t i = 0; i < record->n_rivals; i++)
        if (edit_same_value(proposal->edit, record->rivals[i]))
            return true;
    return false;
}

int submission_check(struct proposal *proposal)
{
    const Ci__Submission *submission = proposal->value;
    Ci__SubmittedAnswer *given[QUESTIONS_MAX] = { NULL };
    const struct questionnaire *questionnaire = NULL;
    Ci__Submission *standing = NULL;
    struct round_state round;
    int result = round_admits(proposal, &round, &questionnaire);

    if (result != 0)
        return result;
    if (proposal->key.second[0] || !arrange(questionnaire, submission, given))
        return refuse(&proposal->refusal, ERROR_INVALID, "de antwoorden staan niet in de volgorde van de vragenlijst",
                      "the answers are not in the questionnaire's order");
    if (proposal->record) {
        if (edit_same_value(proposal->edit, proposal->record->standing))
            return 0; /* two people did the same */
        if (keeps_adopted(proposal, submission))
            return 0;
        TRY(stored_unpack(&ci__submission__descriptor, bytes_from(proposal->record->standing->value), proposal->arena,
                          (ProtobufCMessage **)&standing));
    }
    result = check_step(proposal, submission, standing);
    if (result == 0)
        result = check_digest(proposal, submission, standing);
    if (result == 0 && submission->state == STATE(SUBMITTED))
        result = check_answers(proposal, questionnaire, given);
    if (result == 0 && submission->state == STATE(SUBMITTED) && submission->n_answers == 0)
        return refuse(&proposal->refusal, ERROR_INVALID, "er is nog geen antwoord om in te dienen",
                      "there is no answer yet to hand in");
    return result;
}

int submission_fits(struct proposal *proposal)
{
    Ci__SubmittedAnswer *given[QUESTIONS_MAX] = { NULL };
    const struct questionnaire *questionnaire = NULL;
    struct round_state round;
    int result = round_admits(proposal, &round, &questionnaire);

    if (result == 0 && !arrange(questionnaire, proposal->value, given))
        return refuse(&proposal->refusal, ERROR_UNKNOWN_QUESTION, NULL, NULL);
    return result;
}

int submission_effect(struct view *view, const struct applied *applied)
{
    struct sheet_place place = {
        .txn = view->txn, .sheets = view->sheets, .round = applied->key.first, .municipality = applied->dossier
    };
    struct mark marks[QUESTIONS_MAX] = { 0 };
    struct round_state round;
    struct member member;
    Ci__Submission *submission = NULL;

    if (!round_find(view->txn, applied->key.first, &round) || !member_read(view->txn, applied->dossier, &member) ||
        questionnaires_get(view->questionnaires, view->txn, round.questionnaire, round.hash, &place.questionnaire) != 0)
        return FAULT(FAULT_CORRUPT, "a submission is of a round or a municipality that the view does not have");
    place.member = &member;
    TRY(stored_unpack(&ci__submission__descriptor, bytes_from(applied->standing->value), view->scratch,
                      (ProtobufCMessage **)&submission));
    TRY(receipt_put(view, applied, submission));
    for (size_t i = 0; i < submission->n_answers; i++) {
        const Ci__SubmittedAnswer *answer = submission->answers[i];
        int question = questionnaire_question(place.questionnaire, answer->question);

        CHECK(question >= 0);
        marks[question] = answer_mark(place.questionnaire, (size_t)question, answer->value, answer->substantiated);
    }
    return sheet_submission(&place, submission->state, submission->state == STATE(ADOPTED) ? marks : NULL);
}
