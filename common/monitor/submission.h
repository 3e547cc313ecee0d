/*
 * submission.h: what a submission is over, and its digest: one function for both programs (PROTOCOL.md "Submissions").
 * Pure; any thread.
 */
#pragma once

#include "common/monitor/questionnaire.h"

/*
 * What a standing answer becomes in a submission; `answer` and `edit` (16 bytes) are borrowed: the result is valid as long
 * as they are. `question`: its index.
 */
Ci__SubmittedAnswer submission_answer(const struct questionnaire *questionnaire, size_t question,
                                      const Ci__Answer *answer, const uint8_t *edit);
/*
 * SHA-256 over, for each answer in the order that it holds (the questionnaire's): its packed size as u32, big-endian,
 * and its packed bytes. A fault where the arena is full.
 */
int submission_digest(const Ci__Submission *submission, struct arena *arena, uint8_t out[DIGEST_BYTES]);
