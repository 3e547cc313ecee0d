/*
 * answer_text.h: what people type for an answer, and how an answer reads. Pure; any thread.
 *
 * Typed, by the question's kind: "3" · "45" or "45%" · "6" · "yes", "partly", "no" ("ja", "deels", "nee") · ids of options by
 * comma ("none" or "geen" for none) · "total=12000000,O1=3000000,estimate" · free text. Every question takes "unknown"
 * ("weet-niet") and "n/a: the reason" ("nvt: de reden").
 */
#pragma once

#include "common/format/language.h"
#include "common/monitor/answer.h"

enum answer_text_outcome { ANSWER_TEXT_INVALID = 1 };

/* The value, in the arena, has passed answer_check; or ANSWER_TEXT_INVALID with the problem. */
int answer_text_parse(const struct questionnaire *questionnaire, size_t question, const char *text, struct arena *arena,
                      Ci__AnswerValue **out, struct answer_problem *problem);
/* For a reason that comes by itself (--not-applicable REASON); checked in the same way. */
int answer_text_not_applicable(const struct questionnaire *questionnaire, size_t question, const char *reason,
                               struct arena *arena, Ci__AnswerValue **out, struct answer_problem *problem);

/* The four below are in the arena; NULL past its limit. */
/* As it would be typed, in English: parsing it gives the same value. For --json and files. */
char *answer_text_short(const struct questionnaire *questionnaire, size_t question, const Ci__AnswerValue *value,
                        struct arena *arena);
/* For people: the step of the scale, the texts of the options, … */
char *answer_text_words(const struct questionnaire *questionnaire, size_t question, const Ci__AnswerValue *value,
                        enum language language, struct arena *arena);
/* What may be typed, for people, one line: "0, 1, 2, 3 or 4; unknown; n/a: reason". */
char *answer_text_hint(const struct questionnaire *questionnaire, size_t question, enum language language,
                       struct arena *arena);
/* What each step of the scale or each option means, a line each, without an end; empty for other kinds. */
char *answer_text_choices(const struct questionnaire *questionnaire, size_t question, enum language language,
                          struct arena *arena);
