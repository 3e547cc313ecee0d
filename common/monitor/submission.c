/*
 * submission.c: what is submitted and its digest. Knows nothing of who may submit or when. Pure; any thread.
 */
#include "common/monitor/submission.h"


#include "common/base/buffer.h"
#include "common/base/fault.h"

enum { SUBMISSION_BYTES_MAX = 4 * 1024 * 1024 };

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

static int append_answer(struct buffer *buffer, const Ci__SubmittedAnswer *answer)
{
    size_t size = ci__submitted_answer__get_packed_size(answer);
    uint8_t *room = size <= SUBMISSION_BYTES_MAX ? buffer_reserve(buffer, 4 + size) : NULL;

    if (!room)
        return FAULT(FAULT_MEMORY, "the submission is too large to be digested: shorten its texts");
    put_u32(room, (uint32_t)size);
    ci__submitted_answer__pack(answer, room + 4);
    buffer_commit(buffer, 4 + size);
    return 0;
}

int submission_digest(Ci__SubmittedAnswer *const *answers, size_t count, uint8_t out[DIGEST_BYTES])
{
    struct buffer buffer;
    int result = 0;

    buffer_init(&buffer, SUBMISSION_BYTES_MAX);
    for (size_t i = 0; i < count && result == 0; i++)
        result = append_answer(&buffer, answers[i]);
    if (result == 0)
        digest_bytes(out, count > 0 ? buffer_data(&buffer) : (const uint8_t *)"", buffer_size(&buffer));
    buffer_done(&buffer);
    return result;
}
