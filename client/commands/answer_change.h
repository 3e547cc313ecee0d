/*
 * answer_change.h: from what somebody said about a question to an edit that can be saved. Used by `answer` and `fill`.
 */
#pragma once

#include "client/commands/sheet.h"

/* What is NULL stays as it was in the answer before. */
struct answer_change {
    Ci__AnswerValue *value;
    const char *remark, *note;
    const char *owner, *planned; /* "we are working on this"; planned: YYYY-MM-DD */
    const char **evidence;       /* takes the place of what was there, one empty text: of all of it; count 0 keeps it */
    size_t evidence_count;
    bool adds_evidence; /* it comes beside what was there instead */
    bool clear;         /* take the answer back */
};

/*
 * Fills `draft` (memory of the context's arena) after checking the whole answer. A status above 0 was said already:
 * round not open, value that does not fit.
 */
int answer_change_draft(const struct command_context *context, const struct sheet *sheet, size_t question,
                        const struct answer_change *change, struct draft *draft);
/* Says why the round takes no answers now and returns EXIT_FAILED, or 0 where it does. */
int answer_round_is_open(const struct command_context *context, const struct sheet *sheet);
/* What can be answered, in the arena: one line, and one for each choice. */
const char *answer_possible(const struct command_context *context, const struct sheet *sheet, size_t question,
                            enum language language);
