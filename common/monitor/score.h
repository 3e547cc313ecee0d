/*
 * score.h: scores from marks: integers 0…10000, so that server and clients agree to the last bit. Pure; any thread.
 *
 * Every mean is computed from the rounded scores below it, half up. deploy/SCORING.md is the published policy; each
 * function names its rule there.
 */
#pragma once

#include "common/monitor/answer.h"
#include "common/monitor/node.h"

enum { SCORE_NONE = -1, SCORE_INSUFFICIENT = -2, SCORE_MAX = 10000 };

struct scores {
    int16_t node[NODES_MAX]; /* 0…10000, SCORE_NONE (nothing answered) or SCORE_INSUFFICIENT (themes only) */
    uint8_t completeness;    /* per cent, rounded down: answered, n/a and unknown over scored questions */
    uint16_t answered, not_applicable, unknown, unanswered; /* of the scored questions */
    uint8_t substantiated; /* per cent, rounded down, of the status weight in the scores that carries evidence */
};

/*
 * `marks`: one a question. `spend`: NULL, or euros per theme (theme_count values, those of the categories together at
 * most EUROS_MAX): then the category themes of a level share the weight that they have together in proportion to their
 * euros (none anywhere: as without).
 */
void scores_compute(const struct questionnaire *questionnaire, const struct mark *marks, const uint64_t *spend,
                    struct scores *scores);

/* Rule 11, of so many scored questions that are answered, n/a or unknown. */
uint8_t score_completeness(const struct questionnaire *questionnaire, size_t filled);

/* (score + 50) / 100, for showing. */
static inline int score_points(int score)
{
    return (score + 50) / 100;
}

/*
 * Where most is to be gained: the status questions that count now, by what the overall score would gain if they scored
 * full, greatest first. `scores` were computed from the same marks and spend. Returns how many were written.
 */
struct gain {
    uint16_t question;
    uint16_t gain; /* hundredths of a point of the overall score */
};
size_t scores_gains(const struct questionnaire *questionnaire, const struct mark *marks, const uint64_t *spend,
                    const struct scores *scores, struct gain *gains, size_t most);
