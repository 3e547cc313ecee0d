/*
 * ours.h: a respondent who answers every question over and over, each answer based on the one before. One thread.
 */
#pragma once

#include "common/monitor/questionnaire.h"
#include "tests/bench/protocol.h"

/* What all respondents share. */
struct survey {
    struct questionnaire *questionnaire;
    const char *round;
    struct weights *weights;
};

struct respondent;

int respondent_new(struct respondent **out, const struct survey *survey);
struct respondent *respondent_free(struct respondent *respondent);
DEFINE_CLEANUP(struct respondent, respondent_free)
