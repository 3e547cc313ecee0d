/*
 * answer.h: whether an answer fits its question, and what it scores. Pure; any thread.
 */
#pragma once

#include "common/monitor/questionnaire.h"

enum {
    REMARK_BYTES_MAX = 4000,
    EVIDENCE_MAX = 10,
    EVIDENCE_BYTES_MAX = 500,
    REASON_BYTES_MAX = 1000,
    ANSWER_TEXT_BYTES_MAX = 2000,
    OWNER_BYTES_MAX = 200
};
#define EUROS_MAX UINT64_C(1000000000000) /* a year */

enum answer_outcome { ANSWER_INVALID = 1 };

/* What is wrong, in both languages, with what would be right; borrowed from the caller. */
struct answer_problem {
    char nl[256], en[256];
};

/*
 * 0, or ANSWER_INVALID with the problem: the value and all that stands around it. answer_fits is asked of what was accepted
 * once and comes back (a heal); answer_check of what somebody writes now, which must read straight too (base/bytes.h).
 */
int answer_fits(const struct questionnaire *questionnaire, size_t question, const Ci__Answer *answer,
                struct answer_problem *problem);
int answer_check(const struct questionnaire *questionnaire, size_t question, const Ci__Answer *answer,
                 struct answer_problem *problem);

/* What a question contributes. Two bytes with the state packed in: kept in the server's sheets for every municipality. */
enum mark_state {
    MARK_NONE = 0,   /* not answered */
    MARK_SCORED = 1, /* score 0…10000 */
    MARK_NOT_APPLICABLE = 2,
    MARK_UNKNOWN = 3,  /* scores 0, listed apart */
    MARK_UNSCORED = 4, /* answered, but the question scores nothing (E, T) */
};
struct mark {
    uint8_t state;
    bool substantiated; /* it carries evidence */
    uint16_t score;     /* hundredths of a point */
};

/* The formulas: deploy/SCORING.md, rules 2 to 4. The value must have passed answer_check. NULL: not answered. */
struct mark answer_mark(const struct questionnaire *questionnaire, size_t question, const Ci__AnswerValue *value,
                        bool substantiated);
