/*
 * questionnaire.h: a published questionnaire, indexed for use. Pure; immutable after making, so any thread.
 *
 * Everything that is scored is named by an index into it: questions in their order, and the nodes of the score
 * tree (node.h).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/bytes.h"
#include "common/base/cleanup.h"
#include "common/base/digest.h"
#include "proto/model.pb-c.h"

enum {
    QUESTIONS_MAX = 200,
    THEMES_MAX = 40,
    LEVELS_MAX = 4,
    FOCAL_POINTS_MAX = 20,
    LINKS_MAX = 400,
    OPTIONS_MAX = 20,
    SCALES_MAX = 10,
    SCALE_STEPS = 5,
    NUMBER_MAX = 1000000,
    QUESTIONNAIRE_BYTES_MAX = 47 * 1024,
    QUESTIONNAIRE_ID_MAX = 30 /* bytes of any id in it; of a question's: QUESTION_ID_MAX (record_key.h) */
};

struct questionnaire {
    const Ci__Questionnaire *message;
    uint8_t hash[DIGEST_BYTES]; /* of the packed message, as it came */
    size_t question_count, theme_count, level_count, focal_point_count;
    int16_t theme_of[QUESTIONS_MAX];       /* theme index of each question */
    int16_t focal_point_of[QUESTIONS_MAX]; /* −1: none */
    int16_t level_of[THEMES_MAX];          /* level index of each theme */
    bool scored[QUESTIONS_MAX];            /* weight above 0 and a kind that scores */
    size_t scored_count;                   /* status and progress together: the denominator of completeness */
    struct arena *arena;                   /* holds it all */
};

enum questionnaire_outcome { QUESTIONNAIRE_INVALID = 1 };

/*
 * From the packed message. QUESTIONNAIRE_INVALID where it is not sound by questionnaire_check; the first mistake is
 * then in `reason` (size bytes at most, English), which may be NULL.
 */
int questionnaire_new(struct questionnaire **out, struct bytes packed, char *reason, size_t size);
struct questionnaire *questionnaire_free(struct questionnaire *questionnaire);
DEFINE_CLEANUP(struct questionnaire, questionnaire_free)

/*
 * Every rule that a questionnaire must keep, on the message (also before publishing, from YAML). `report` is called
 * for every mistake, not only the first, with the path of the offending field ("questions[12].scale") and what was
 * expected. Returns the number of mistakes.
 */
size_t questionnaire_check(const Ci__Questionnaire *message,
                           void (*report)(void *context, const char *path, const char *expected), void *context);

/*
 * Of two versions: the first question of `after` that has the id of one in `before` and asks for another kind of answer, by its
 * index in `after`; −1: there is none. An id is one question's for ever: trend lines and answers of years hang on it.
 */
int questionnaire_retyped(const Ci__Questionnaire *before, const Ci__Questionnaire *after);

/* −1 where there is none of that id. */
int questionnaire_question(const struct questionnaire *questionnaire, const char *id);
int questionnaire_theme(const struct questionnaire *questionnaire, const char *id);
int questionnaire_level(const struct questionnaire *questionnaire, const char *id);
int questionnaire_focal_point(const struct questionnaire *questionnaire, const char *id);

/* False for EUROS and FREE_TEXT. */
static inline bool question_kind_scores(Ci__Question__Kind kind)
{
    return kind != CI__QUESTION__KIND__EUROS && kind != CI__QUESTION__KIND__FREE_TEXT;
}
static inline bool question_is_progress(const Ci__Question *question)
{
    return question->facet == CI__QUESTION__FACET__PROGRESS;
}
static inline const Ci__Question *question_at(const struct questionnaire *questionnaire, size_t index)
{
    return questionnaire->message->questions[index];
}
