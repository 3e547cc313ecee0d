/*
 * link.h: what hangs together (samenhang): which links fire for a municipality's scores. Pure; any thread.
 */
#pragma once

#include "common/monitor/score.h"

enum finding_kind {
    FINDING_FIRST_THIS,              /* requires: `from` is high (>= 75) with `to` below 2 (< 50) */
    FINDING_TALK,                    /* mirrors: 50 points or more apart: let the two respondents talk */
    FINDING_POLICY_WITHOUT_PRACTICE, /* strategic − operational above 20 points */
    FINDING_PRACTICE_WITHOUT_POLICY, /* below −20 */
};
struct finding {
    enum finding_kind kind;
    int16_t from, to;             /* question indexes; −1 for the last two */
    int16_t from_score, to_score; /* hundredths of a point */
};
/* Only over what is scored (unanswered, n/a and unknown questions fire nothing). At most `most` are written. */
size_t links_fire(const struct questionnaire *questionnaire, const struct mark *marks, const struct scores *scores,
                  struct finding *findings, size_t most);
