/*
 * answers.c: answers: what is valid, and the mark that the standing one puts on its municipality's sheet.
 */
#include "common/base/fault.h"
#include "common/monitor/answer.h"
#include "common/wire/codec.h"
#include "server/benchmark/sheets.h"
#include "server/ledger/kinds.h"
#include "server/ledger/records.h"
#include "server/ledger/rounds.h"

/* An answer that is taken back may leave out which version it was given under. */
static bool version_fits(const Ci__Edit *edit, const struct round_state *round)
{
    return (edit->cleared && edit->questionnaire.len == 0) ||
           bytes_equal(bytes_from(edit->questionnaire), bytes_of(round->hash, DIGEST_BYTES));
}

typedef int answer_rule(const struct questionnaire *questionnaire, size_t question, const Ci__Answer *answer,
                        struct answer_problem *problem);

static int check(struct proposal *proposal, answer_rule *rule)
{
    const struct questionnaire *questionnaire = NULL;
    struct answer_problem problem;
    struct round_state round;
    int question, result = round_admits(proposal, &round, &questionnaire);

    if (result != 0)
        return result;
    if (!version_fits(proposal->edit, &round))
        return refuse(&proposal->refusal, ERROR_UNKNOWN_VERSION, NULL, NULL);
    question = questionnaire_question(questionnaire, proposal->key.second);
    if (question < 0)
        return refuse(&proposal->refusal, ERROR_UNKNOWN_QUESTION, NULL, NULL);
    if (!proposal->value)
        return 0;
    result = rule(questionnaire, (size_t)question, proposal->value, &problem);
    if (result <= 0)
        return result;
    return refuse(&proposal->refusal, ERROR_INVALID, arena_string(proposal->arena, problem.nl),
                  arena_string(proposal->arena, problem.en));
}

int answer_proposal_check(struct proposal *proposal)
{
    return check(proposal, answer_check);
}

int answer_proposal_fits(struct proposal *proposal)
{
    return check(proposal, answer_fits);
}

static int answer_worth(struct view *view, const struct questionnaire *questionnaire, size_t question,
                        const Ci__Edit *standing, struct mark *mark)
{
    Ci__Answer *answer = NULL;

    *mark = (struct mark){ .state = MARK_NONE };
    if (standing->cleared)
        return 0;
    TRY(stored_unpack(&ci__answer__descriptor, bytes_from(standing->value), view->scratch,
                      (ProtobufCMessage **)&answer));
    *mark = answer_mark(questionnaire, question, answer->value, answer->n_evidence > 0);
    return 0;
}

int answer_effect(struct view *view, const struct applied *applied)
{
    struct sheet_place place = {
        .txn = view->txn, .sheets = view->sheets, .round = applied->key.first, .municipality = applied->dossier
    };
    struct round_state round;
    struct member member;
    struct mark mark;
    int question;

    if (!round_find(view->txn, applied->key.first, &round) ||
        questionnaires_get(view->questionnaires, view->txn, round.questionnaire, round.hash, &place.questionnaire) != 0)
        return FAULT(FAULT_CORRUPT, "an answer is of a round that the view does not have");
    question = questionnaire_question(place.questionnaire, applied->key.second);
    if (question < 0 || !member_read(view->txn, applied->dossier, &member))
        return FAULT(FAULT_CORRUPT, "an answer is to a question, or of a municipality, that the view does not have");
    place.member = &member;
    TRY(answer_worth(view, place.questionnaire, (size_t)question, applied->standing, &mark));
    return sheet_answer(&place, (size_t)question, mark, applied->time_ms);
}
