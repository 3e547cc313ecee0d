/*
 * submission.c: what is submitted and its digest. Knows nothing of who may submit or when. Pure; any thread.
 */
#include "common/monitor/submission.h"

#include "common/base/fault.h"

Ci__SubmittedAnswer submission_answer(const struct questionnaire *questionnaire, size_t question,
                                      const Ci__Answer *answer, const uint8_t *edit)
{
    Ci__SubmittedAnswer submitted = CI__SUBMITTED_ANSWER__INIT;

    submitted.question = question_at(questionnaire, question)->id;
    submitted.edit = (ProtobufCBinaryData){ ID_BYTES, (uint8_t *)(uintptr_t)edit };
    submitted.value = answer->value;
    submitted.substantiated = answer->n_evidence > 0;
    return submitted;
}

int submission_digest(const Ci__Submission *submission, struct arena *arena, uint8_t out[DIGEST_BYTES])
{
    size_t size = 0;
    uint8_t *bytes, *at;

    for (size_t i = 0; i < submission->n_answers; i++)
        size += 4 + ci__submitted_answer__get_packed_size(submission->answers[i]);
    bytes = at = arena_alloc(arena, size + 1);
    if (!bytes)
        return FAULT(FAULT_MEMORY, "the submission is too large to be digested: shorten its texts");
    for (size_t i = 0; i < submission->n_answers; i++) {
        size_t packed = ci__submitted_answer__pack(submission->answers[i], at + 4);

        put_u32(at, (uint32_t)packed);
        at += 4 + packed;
    }
    digest_bytes(out, bytes, size);
    return 0;
}
