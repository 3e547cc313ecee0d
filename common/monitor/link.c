/*
 * link.c: which links between questions fire for a municipality's scores (deploy/SCORING.md, rule 15). Pure; any thread.
 */
#include "common/monitor/link.h"

#include <stdlib.h>

/* Hundredths of a point. "Below 2" is below level 2 of a maturity scale. */
enum { HIGH = 7500, BELOW_2 = 5000, TWO_LEVELS = 5000, LEVELS_APART = 2000 };

static bool link_fires(const Ci__Link *link, int from_score, int to_score, enum finding_kind *kind)
{
    switch (link->kind) {
    case CI__LINK__KIND__REQUIRES: *kind = FINDING_FIRST_THIS; return from_score >= HIGH && to_score < BELOW_2;
    case CI__LINK__KIND__MIRRORS: *kind = FINDING_TALK; return abs(from_score - to_score) >= TWO_LEVELS;
    default: return false; /* what reinforces is shown beside the question, and never fires */
    }
}

/* True with the finding where policy and practice lie apart. */
static bool levels_apart(const struct questionnaire *questionnaire, const struct scores *scores,
                         struct finding *finding)
{
    int strategic = questionnaire_level(questionnaire, "strategic");
    int operational = questionnaire_level(questionnaire, "operational");

    if (strategic < 0 || operational < 0)
        return false;
    int16_t policy = scores->node[node_level(questionnaire, (size_t)strategic)];
    int16_t practice = scores->node[node_level(questionnaire, (size_t)operational)];

    if (policy < 0 || practice < 0 || abs(policy - practice) <= LEVELS_APART)
        return false;
    *finding = (struct finding){
        .kind = policy > practice ? FINDING_POLICY_WITHOUT_PRACTICE : FINDING_PRACTICE_WITHOUT_POLICY,
        .from = -1,
        .to = -1,
        .from_score = policy,
        .to_score = practice,
    };
    return true;
}

size_t links_fire(const struct questionnaire *questionnaire, const struct mark *marks, const struct scores *scores,
                  struct finding *findings, size_t most)
{
    const Ci__Questionnaire *message = questionnaire->message;
    struct finding finding = { 0 };
    size_t count = 0;

    if (count < most && levels_apart(questionnaire, scores, &finding))
        findings[count++] = finding;
    for (size_t i = 0; i < message->n_links && count < most; i++) {
        int from = questionnaire_question(questionnaire, message->links[i]->from);
        int to = questionnaire_question(questionnaire, message->links[i]->to);

        if (marks[from].state != MARK_SCORED || marks[to].state != MARK_SCORED ||
            !link_fires(message->links[i], marks[from].score, marks[to].score, &finding.kind))
            continue;
        findings[count++] = (struct finding){
            .kind = finding.kind,
            .from = (int16_t)from,
            .to = (int16_t)to,
            .from_score = (int16_t)marks[from].score,
            .to_score = (int16_t)marks[to].score,
        };
    }
    return count;
}
