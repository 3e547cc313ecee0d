/*
 * sample_questionnaire.h: a small sound questionnaire with every kind of question, for tests of what is scored.
 *
 * Two levels (strategic 40, operational 60), five themes (S1 60, S2 40; O1 50 and O2 30, both categories, O3 20), two focal
 * points, sixteen questions of which fourteen are scored and two are progress (S1.4, O1.4), three links.
 */
#pragma once

#include "common/base/check.h"
#include "common/monitor/questionnaire.h"
#include "common/wire/codec.h"

enum { SAMPLE_QUESTIONS = 16, SAMPLE_ARENA = 1024 * 1024 };

/* What is made must be there: a test has no use for a missing one. */
static inline void *sample_take(struct arena *arena, size_t size)
{
    void *memory = arena_alloc(arena, size);

    CHECK(memory);
    return memory;
}

#define SAMPLE_NEW(arena, type, prefix)                   \
    __extension__({                                       \
        type *made_ = sample_take((arena), sizeof(type)); \
        prefix##__init(made_);                            \
        made_;                                            \
    })

static inline Ci__Text *sample_text(struct arena *arena, const char *about)
{
    Ci__Text *text = SAMPLE_NEW(arena, Ci__Text, ci__text);

    text->nl = arena_format(arena, "%s in het Nederlands", about);
    text->en = arena_format(arena, "%s in English", about);
    return text;
}

struct sample_question {
    const char *id, *theme;
    Ci__Question__Kind kind;
    uint32_t weight;
    const char *focal_point;
    uint32_t zero_at, full_at;
    bool na_allowed;
    Ci__Question__Facet facet;
};

static inline void sample_options(struct arena *arena, Ci__Question *question)
{
    static const struct {
        const char *id;
        uint32_t points;
    } choices[] = { { "waste", 25 }, { "building", 25 }, { "space", 25 }, { "mobility", 25 }, { "social", 25 } },
      ladder[] = { { "r1", 100 }, { "r3", 60 }, { "r5", 25 } };
    bool is_ladder = question->kind == CI__QUESTION__KIND__LADDER;

    question->n_options = is_ladder ? 3 : 5;
    question->options = sample_take(arena, question->n_options * sizeof(Ci__Option *));
    for (size_t i = 0; i < question->n_options; i++) {
        Ci__Option *option = SAMPLE_NEW(arena, Ci__Option, ci__option);

        option->id = arena_string(arena, is_ladder ? ladder[i].id : choices[i].id);
        option->points = is_ladder ? ladder[i].points : choices[i].points;
        option->text = sample_text(arena, option->id);
        question->options[i] = option;
    }
}

static inline Ci__Question *sample_question(struct arena *arena, const struct sample_question *row)
{
    Ci__Question *question = SAMPLE_NEW(arena, Ci__Question, ci__question);

    question->id = arena_string(arena, row->id);
    question->theme = arena_string(arena, row->theme);
    question->kind = row->kind;
    question->facet = row->facet;
    question->weight = row->weight;
    question->role = CI__ROLE__ROLE_RESPONDENT;
    question->audience = arena_string(arena, "buyer");
    question->focal_point = arena_string(arena, row->focal_point);
    question->na_allowed = row->na_allowed;
    question->zero_at = row->zero_at;
    question->full_at = row->full_at;
    question->text = sample_text(arena, row->id);
    question->advice = sample_text(arena, "advice");
    if (row->kind == CI__QUESTION__KIND__MATURITY)
        question->scale = arena_string(arena, "policy");
    if (row->kind == CI__QUESTION__KIND__CHOICES || row->kind == CI__QUESTION__KIND__LADDER)
        sample_options(arena, question);
    return question;
}

static inline void sample_questions(struct arena *arena, Ci__Questionnaire *message)
{
    static const struct sample_question rows[SAMPLE_QUESTIONS] = {
        { "S1.1", "S1", CI__QUESTION__KIND__MATURITY, 3, "HH", 0, 0, false, 0 },
        { "S1.2", "S1", CI__QUESTION__KIND__PERCENTAGE, 2, "BK", 0, 50, false, 0 },
        { "S1.3", "S1", CI__QUESTION__KIND__YES_PARTLY_NO, 1, "", 0, 0, false, 0 },
        { "S1.4", "S1", CI__QUESTION__KIND__MATURITY, 2, "HH", 0, 0, false, CI__QUESTION__FACET__PROGRESS },
        { "S2.1", "S2", CI__QUESTION__KIND__CHOICES, 2, "", 0, 0, false, 0 },
        { "S2.2", "S2", CI__QUESTION__KIND__LADDER, 1, "HH", 0, 0, false, 0 },
        { "S2.3", "S2", CI__QUESTION__KIND__EUROS, 0, "", 0, 0, false, 0 },
        { "S2.4", "S2", CI__QUESTION__KIND__FREE_TEXT, 0, "", 0, 0, false, 0 },
        { "O1.1", "O1", CI__QUESTION__KIND__MATURITY, 3, "HH", 0, 0, true, 0 },
        { "O1.2", "O1", CI__QUESTION__KIND__NUMBER, 2, "", 3, 6, true, 0 },
        { "O1.3", "O1", CI__QUESTION__KIND__MATURITY, 1, "", 0, 0, true, 0 },
        { "O1.4", "O1", CI__QUESTION__KIND__MATURITY, 1, "", 0, 0, true, CI__QUESTION__FACET__PROGRESS },
        { "O2.1", "O2", CI__QUESTION__KIND__MATURITY, 2, "", 0, 0, true, 0 },
        { "O2.2", "O2", CI__QUESTION__KIND__PERCENTAGE, 3, "", 0, 80, true, 0 },
        { "O3.1", "O3", CI__QUESTION__KIND__MATURITY, 1, "", 0, 0, false, 0 },
        { "O3.2", "O3", CI__QUESTION__KIND__YES_PARTLY_NO, 1, "BK", 0, 0, false, 0 },
    };

    message->n_questions = SAMPLE_QUESTIONS;
    message->questions = sample_take(arena, SAMPLE_QUESTIONS * sizeof(Ci__Question *));
    for (size_t i = 0; i < SAMPLE_QUESTIONS; i++)
        message->questions[i] = sample_question(arena, &rows[i]);
}

static inline void sample_themes(struct arena *arena, Ci__Questionnaire *message)
{
    static const struct {
        const char *id, *level;
        uint32_t weight;
        bool category;
    } rows[] = { { "S1", "strategic", 60, false },
                 { "S2", "strategic", 40, false },
                 { "O1", "operational", 50, true },
                 { "O2", "operational", 30, true },
                 { "O3", "operational", 20, false } };

    message->n_themes = sizeof rows / sizeof *rows;
    message->themes = sample_take(arena, message->n_themes * sizeof(Ci__Theme *));
    for (size_t i = 0; i < message->n_themes; i++) {
        Ci__Theme *theme = SAMPLE_NEW(arena, Ci__Theme, ci__theme);

        theme->id = arena_string(arena, rows[i].id);
        theme->level = arena_string(arena, rows[i].level);
        theme->weight_percent = rows[i].weight;
        theme->category = rows[i].category;
        theme->name = sample_text(arena, rows[i].id);
        message->themes[i] = theme;
    }
}

static inline void sample_links(struct arena *arena, Ci__Questionnaire *message)
{
    static const struct {
        Ci__Link__Kind kind;
        const char *from, *to;
    } rows[] = { { CI__LINK__KIND__REQUIRES, "S1.1", "O1.1" },
                 { CI__LINK__KIND__MIRRORS, "O2.1", "O3.1" },
                 { CI__LINK__KIND__REINFORCES, "S1.2", "O1.2" } };

    message->n_links = sizeof rows / sizeof *rows;
    message->links = sample_take(arena, message->n_links * sizeof(Ci__Link *));
    for (size_t i = 0; i < message->n_links; i++) {
        Ci__Link *link = SAMPLE_NEW(arena, Ci__Link, ci__link);

        link->kind = rows[i].kind;
        link->from = arena_string(arena, rows[i].from);
        link->to = arena_string(arena, rows[i].to);
        message->links[i] = link;
    }
}

static inline void sample_levels(struct arena *arena, Ci__Questionnaire *message)
{
    static const char *const ids[] = { "strategic", "operational" };

    message->n_levels = 2;
    message->levels = sample_take(arena, 2 * sizeof(Ci__Level *));
    for (size_t i = 0; i < 2; i++) {
        message->levels[i] = SAMPLE_NEW(arena, Ci__Level, ci__level);
        message->levels[i]->id = arena_string(arena, ids[i]);
        message->levels[i]->weight_percent = i == 0 ? 40 : 60;
        message->levels[i]->name = sample_text(arena, ids[i]);
    }
}

static inline void sample_focal_points(struct arena *arena, Ci__Questionnaire *message)
{
    static const char *const ids[] = { "HH", "BK" };

    message->n_focal_points = 2;
    message->focal_points = sample_take(arena, 2 * sizeof(Ci__FocalPoint *));
    for (size_t i = 0; i < 2; i++) {
        message->focal_points[i] = SAMPLE_NEW(arena, Ci__FocalPoint, ci__focal_point);
        message->focal_points[i]->id = arena_string(arena, ids[i]);
        message->focal_points[i]->name = sample_text(arena, ids[i]);
    }
}

static inline void sample_scales(struct arena *arena, Ci__Questionnaire *message)
{
    Ci__Scale *scale = SAMPLE_NEW(arena, Ci__Scale, ci__scale);

    scale->id = arena_string(arena, "policy");
    scale->n_steps = SCALE_STEPS;
    scale->steps = sample_take(arena, SCALE_STEPS * sizeof(Ci__Text *));
    for (size_t i = 0; i < SCALE_STEPS; i++)
        scale->steps[i] = sample_text(arena, arena_format(arena, "step %zu", i));
    message->n_scales = 1;
    message->scales = sample_take(arena, sizeof(Ci__Scale *));
    message->scales[0] = scale;
}

/* May be changed by the test before it is packed. */
static inline Ci__Questionnaire *sample_message(struct arena *arena)
{
    Ci__Questionnaire *message = SAMPLE_NEW(arena, Ci__Questionnaire, ci__questionnaire);

    message->name = arena_string(arena, "sample");
    message->version = 1;
    message->title = sample_text(arena, "title");
    sample_levels(arena, message);
    sample_themes(arena, message);
    sample_focal_points(arena, message);
    sample_scales(arena, message);
    sample_questions(arena, message);
    sample_links(arena, message);
    return message;
}

static inline struct questionnaire *sample_questionnaire(void)
{
    struct questionnaire *questionnaire = NULL;
    struct arena *arena = NULL;
    int made = arena_new(&arena, SAMPLE_ARENA);

    CHECK(made == 0);
    made = questionnaire_new(&questionnaire, codec_pack(sample_message(arena), arena), NULL, 0);
    CHECK(made == 0);
    arena_free(arena);
    return questionnaire;
}
