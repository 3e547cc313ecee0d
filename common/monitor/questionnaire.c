/*
 * questionnaire.c: makes the index over a published questionnaire. What a sound questionnaire is, is said by
 * questionnaire_check.c; what its questions score, by answer.c and score.c. Pure; immutable after making.
 */
#include "common/monitor/questionnaire.h"

#include <stdio.h>

#include <string.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"

/* 47 KiB on the wire can unpack to many times that: empty repeated messages are the worst. */
enum { QUESTIONNAIRE_ARENA = 4 * 1024 * 1024 };

static const Ci__Question *question_of(const Ci__Questionnaire *message, const char *id)
{
    for (size_t i = 0; i < message->n_questions; i++)
        if (strcmp(message->questions[i]->id, id) == 0)
            return message->questions[i];
    return NULL;
}

int questionnaire_retyped(const Ci__Questionnaire *before, const Ci__Questionnaire *after)
{
    for (size_t i = 0; i < after->n_questions; i++) {
        const Ci__Question *known = question_of(before, after->questions[i]->id);

        if (known && known->kind != after->questions[i]->kind)
            return (int)i;
    }
    return -1;
}

int questionnaire_question(const struct questionnaire *questionnaire, const char *id)
{
    for (size_t i = 0; i < questionnaire->question_count; i++)
        if (strcmp(questionnaire->message->questions[i]->id, id) == 0)
            return (int)i;
    return -1;
}

int questionnaire_theme(const struct questionnaire *questionnaire, const char *id)
{
    for (size_t i = 0; i < questionnaire->theme_count; i++)
        if (strcmp(questionnaire->message->themes[i]->id, id) == 0)
            return (int)i;
    return -1;
}

int questionnaire_level(const struct questionnaire *questionnaire, const char *id)
{
    for (size_t i = 0; i < questionnaire->level_count; i++)
        if (strcmp(questionnaire->message->levels[i]->id, id) == 0)
            return (int)i;
    return -1;
}

int questionnaire_focal_point(const struct questionnaire *questionnaire, const char *id)
{
    for (size_t i = 0; i < questionnaire->focal_point_count; i++)
        if (strcmp(questionnaire->message->focal_points[i]->id, id) == 0)
            return (int)i;
    return -1;
}

/* On a message that questionnaire_check found sound: everything named is there. */
static void make_index(struct questionnaire *questionnaire)
{
    const Ci__Questionnaire *message = questionnaire->message;

    questionnaire->question_count = message->n_questions;
    questionnaire->theme_count = message->n_themes;
    questionnaire->level_count = message->n_levels;
    questionnaire->focal_point_count = message->n_focal_points;
    for (size_t i = 0; i < message->n_themes; i++)
        questionnaire->level_of[i] = (int16_t)questionnaire_level(questionnaire, message->themes[i]->level);
    for (size_t i = 0; i < message->n_questions; i++) {
        const Ci__Question *question = message->questions[i];

        questionnaire->theme_of[i] = (int16_t)questionnaire_theme(questionnaire, question->theme);
        questionnaire->focal_point_of[i] = (int16_t)questionnaire_focal_point(questionnaire, question->focal_point);
        questionnaire->scored[i] = question->weight > 0 && question_kind_scores(question->kind);
        questionnaire->scored_count += questionnaire->scored[i];
    }
}

struct first_mistake {
    char *text;
    size_t size;
    bool taken;
};

static void take_first(void *context, const char *path, const char *expected)
{
    struct first_mistake *first = context;

    if (!first->taken && first->size > 0)
        snprintf(first->text, first->size, "%s: expected %s", path, expected);
    first->taken = true;
}

int questionnaire_new(struct questionnaire **out, struct bytes packed, char *reason, size_t size)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct first_mistake first = { reason, reason ? size : 0, false };
    struct questionnaire *questionnaire;
    Ci__Questionnaire *message;
    int r;

    if (packed.size > QUESTIONNAIRE_BYTES_MAX) {
        take_first(&first, "questionnaire", "at most 47 KiB when packed");
        return QUESTIONNAIRE_INVALID;
    }
    TRY(arena_new(&arena, QUESTIONNAIRE_ARENA));
    r = CODEC_UNPACK(ci__questionnaire, packed, arena, &message);
    if (r < 0)
        return r;
    if (r > 0)
        take_first(&first, "questionnaire", "a packed Questionnaire");
    if (r > 0 || questionnaire_check(message, take_first, &first) > 0)
        return QUESTIONNAIRE_INVALID;
    questionnaire = arena_alloc(arena, sizeof *questionnaire);
    if (!questionnaire)
        return FAULT(FAULT_MEMORY, "There is no memory for the questionnaire.");
    questionnaire->message = message;
    digest_bytes(questionnaire->hash, packed.data, packed.size);
    make_index(questionnaire);
    questionnaire->arena = TAKE(&arena);
    *out = questionnaire;
    return 0;
}

struct questionnaire *questionnaire_free(struct questionnaire *questionnaire)
{
    if (questionnaire)
        arena_free(questionnaire->arena);
    return NULL;
}
