/*
 * questionnaire_check.c: every rule that a questionnaire must keep, on the message alone. Says what was expected and
 * where; knows nothing of files or lines. Bounds come first: past them nothing further is looked at. Pure; any thread.
 */
#include "common/monitor/questionnaire.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/monitor/record_key.h"

enum { TEXT_BYTES_MAX = 4000, WEIGHT_MAX = 9, POINTS_MAX = 100, PATH_SIZE = 96 };

struct check {
    const Ci__Questionnaire *message;
    void (*report)(void *context, const char *path, const char *expected);
    void *context;
    size_t mistakes;
};

static void expect(struct check *check, bool fact, const char *expected, const char *path, ...)
    __attribute__((format(printf, 4, 5)));
static void expect(struct check *check, bool fact, const char *expected, const char *path, ...)
{
    char full[PATH_SIZE];
    va_list arguments;

    if (fact)
        return;
    va_start(arguments, path);
    vsnprintf(full, sizeof full, path, arguments);
    va_end(arguments);
    check->mistakes++;
    if (check->report)
        check->report(check->context, full, expected);
}

static bool is_one_of(const char *text, const char *const *words)
{
    while (*words && strcmp(text, *words) != 0)
        words++;
    return *words;
}

static bool id_is_valid(const char *id, size_t most)
{
    size_t length = strnlen(id, most + 1);

    return length > 0 && length <= most &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_") == length;
}

static bool text_is_sound(const char *text)
{
    size_t length = strnlen(text, TEXT_BYTES_MAX + 1);

    return length <= TEXT_BYTES_MAX && text_is_clean(text, length);
}

static bool text_is_filled(const Ci__Text *text)
{
    return text && *text->nl && *text->en && text_is_sound(text->nl) && text_is_sound(text->en);
}

static bool text_is_absent(const Ci__Text *text)
{
    return !text || (!*text->nl && !*text->en);
}

static const char id_expected[] = "an id: 1 to 30 of A-Z, a-z, 0-9, '.', '-' and '_'";
static const char text_expected[] = "a text in nl and in en, each 1 to 4000 bytes without control characters";
static const char once_expected[] = "an id that nothing else of the questionnaire's levels, themes and questions has";

/*
 * Levels, themes and questions name nodes of one tree (node.h), so their ids are one set. `before` counts the ids that
 * came before this one in the order levels, themes, questions.
 */
static const char *node_id(const Ci__Questionnaire *message, size_t index)
{
    if (index < message->n_levels)
        return message->levels[index]->id;
    index -= message->n_levels;
    if (index < message->n_themes)
        return message->themes[index]->id;
    return message->questions[index - message->n_themes]->id;
}

static bool node_id_is_free(const Ci__Questionnaire *message, const char *id, size_t before)
{
    static const char *const reserved[] = { "overall", "progress", NULL };

    for (size_t i = 0; i < before; i++)
        if (strcmp(node_id(message, i), id) == 0)
            return false;
    return !is_one_of(id, reserved);
}

static void check_levels(struct check *check)
{
    const Ci__Questionnaire *message = check->message;
    uint64_t total = 0;

    for (size_t i = 0; i < message->n_levels; i++) {
        const Ci__Level *level = message->levels[i];
        uint64_t themes = 0;

        expect(check, id_is_valid(level->id, QUESTIONNAIRE_ID_MAX), id_expected, "levels[%zu].id", i);
        expect(check, node_id_is_free(message, level->id, i), once_expected, "levels[%zu].id", i);
        expect(check, text_is_filled(level->name), text_expected, "levels[%zu].name", i);
        for (size_t j = 0; j < message->n_themes; j++)
            if (strcmp(message->themes[j]->level, level->id) == 0)
                themes += message->themes[j]->weight_percent;
        expect(check, themes == 100, "a level whose themes' weights add up to 100", "levels[%zu]", i);
        total += level->weight_percent;
    }
    expect(check, total == 100, "levels whose weights add up to 100", "levels");
}

static bool level_exists(const Ci__Questionnaire *message, const char *id)
{
    for (size_t i = 0; i < message->n_levels; i++)
        if (strcmp(message->levels[i]->id, id) == 0)
            return true;
    return false;
}

static bool kind_is_known(Ci__Question__Kind kind)
{
    return kind >= CI__QUESTION__KIND__MATURITY && kind <= CI__QUESTION__KIND__FREE_TEXT;
}

/* A theme without a scored status question would take its weight out of its level for ever. */
static bool theme_can_score(const Ci__Questionnaire *message, const char *theme)
{
    for (size_t i = 0; i < message->n_questions; i++) {
        const Ci__Question *question = message->questions[i];

        if (strcmp(question->theme, theme) == 0 && !question_is_progress(question) &&
            (question_kind_scores(question->kind) || !kind_is_known(question->kind)))
            return true;
    }
    return false;
}

static void check_themes(struct check *check)
{
    const Ci__Questionnaire *message = check->message;

    for (size_t i = 0; i < message->n_themes; i++) {
        const Ci__Theme *theme = message->themes[i];

        expect(check, id_is_valid(theme->id, QUESTIONNAIRE_ID_MAX), id_expected, "themes[%zu].id", i);
        expect(check, node_id_is_free(message, theme->id, message->n_levels + i), once_expected, "themes[%zu].id", i);
        expect(check, text_is_filled(theme->name), text_expected, "themes[%zu].name", i);
        expect(check, level_exists(message, theme->level), "the id of one of the levels", "themes[%zu].level", i);
        expect(check, theme->weight_percent >= 1 && theme->weight_percent <= 100, "a weight of 1 to 100 per cent",
               "themes[%zu].weight_percent", i);
        expect(check, theme_can_score(message, theme->id), "a theme with at least one status question that is scored",
               "themes[%zu]", i);
    }
}

static bool focal_point_is_among(const Ci__Questionnaire *message, const char *id, size_t first)
{
    for (size_t i = 0; i < first; i++)
        if (strcmp(message->focal_points[i]->id, id) == 0)
            return true;
    return false;
}

static void check_focal_points(struct check *check)
{
    const Ci__Questionnaire *message = check->message;

    for (size_t i = 0; i < message->n_focal_points; i++) {
        const Ci__FocalPoint *focal_point = message->focal_points[i];

        expect(check, id_is_valid(focal_point->id, QUESTIONNAIRE_ID_MAX), id_expected, "focal_points[%zu].id", i);
        expect(check, !focal_point_is_among(message, focal_point->id, i), "an id that no other focal point has",
               "focal_points[%zu].id", i);
        expect(check, text_is_filled(focal_point->name), text_expected, "focal_points[%zu].name", i);
    }
}

static bool scale_is_among(const Ci__Questionnaire *message, const char *id, size_t first)
{
    for (size_t i = 0; i < first; i++)
        if (strcmp(message->scales[i]->id, id) == 0)
            return true;
    return false;
}

static void check_scales(struct check *check)
{
    const Ci__Questionnaire *message = check->message;

    for (size_t i = 0; i < message->n_scales; i++) {
        const Ci__Scale *scale = message->scales[i];

        expect(check, id_is_valid(scale->id, QUESTIONNAIRE_ID_MAX), id_expected, "scales[%zu].id", i);
        expect(check, !scale_is_among(message, scale->id, i), "an id that no other scale has", "scales[%zu].id", i);
        expect(check, scale->n_steps == SCALE_STEPS, "exactly 5 steps", "scales[%zu].steps", i);
        for (size_t j = 0; j < scale->n_steps; j++)
            expect(check, text_is_filled(scale->steps[j]), text_expected, "scales[%zu].steps[%zu]", i, j);
    }
}

/* What people type instead of a list of options may not be the id of one. */
static bool option_id_is_free(const Ci__Question *question, size_t index)
{
    static const char *const reserved[] = { "none", "geen", "unknown", "weet-niet", NULL };

    for (size_t i = 0; i < index; i++)
        if (strcmp(question->options[i]->id, question->options[index]->id) == 0)
            return false;
    return !is_one_of(question->options[index]->id, reserved);
}

static void check_options(struct check *check, const Ci__Question *question, size_t index)
{
    for (size_t i = 0; i < question->n_options; i++) {
        const Ci__Option *option = question->options[i];

        expect(check, id_is_valid(option->id, QUESTIONNAIRE_ID_MAX), id_expected, "questions[%zu].options[%zu].id",
               index, i);
        expect(check, option_id_is_free(question, i),
               "an id that no other option of the question has, and not none, geen, unknown or weet-niet",
               "questions[%zu].options[%zu].id", index, i);
        expect(check, text_is_filled(option->text), text_expected, "questions[%zu].options[%zu].text", index, i);
        expect(check, option->points <= POINTS_MAX, "0 to 100 points", "questions[%zu].options[%zu].points", index, i);
    }
}

/* What only some kinds have, others must leave out. */
static void check_kind(struct check *check, const Ci__Question *question, size_t index)
{
    Ci__Question__Kind kind = question->kind;
    bool choice = kind == CI__QUESTION__KIND__CHOICES || kind == CI__QUESTION__KIND__LADDER;

    if (kind == CI__QUESTION__KIND__MATURITY)
        expect(check, scale_is_among(check->message, question->scale, check->message->n_scales),
               "the id of one of the scales", "questions[%zu].scale", index);
    else
        expect(check, !*question->scale, "no scale: only maturity has one", "questions[%zu].scale", index);
    if (kind == CI__QUESTION__KIND__PERCENTAGE)
        expect(check, question->full_at >= 1 && question->full_at <= 100, "a percentage of 1 to 100",
               "questions[%zu].full_at", index);
    else if (kind == CI__QUESTION__KIND__NUMBER)
        expect(check,
               question->full_at >= 1 && question->full_at <= NUMBER_MAX && question->full_at != question->zero_at,
               "a number of 1 to 1000000, other than zero_at", "questions[%zu].full_at", index);
    else
        expect(check, question->full_at == 0, "no full_at: only percentage and number have one",
               "questions[%zu].full_at", index);
    expect(check, question->zero_at <= (kind == CI__QUESTION__KIND__NUMBER ? NUMBER_MAX : 0),
           "a number of 0 to 1000000, and only for number", "questions[%zu].zero_at", index);
    if (question->n_options > OPTIONS_MAX || (question->n_options > 0) != choice)
        expect(check, false, "1 to 20 options for choices and ladder, none for other kinds", "questions[%zu].options",
               index);
    else
        check_options(check, question, index);
}

static void check_role(struct check *check, const Ci__Question *question, size_t index)
{
    static const char *const audiences[] = { "buyer", "policy_officer", "operational_officer", "executive", NULL };
    bool executive = strcmp(question->audience, "executive") == 0;

    expect(check, is_one_of(question->audience, audiences), "buyer, policy_officer, operational_officer or executive",
           "questions[%zu].audience", index);
    expect(check, question->role == (executive ? CI__ROLE__ROLE_EXECUTIVE : CI__ROLE__ROLE_RESPONDENT),
           "the role executive for the audience executive, respondent for the others", "questions[%zu].role", index);
}

static bool theme_exists(const Ci__Questionnaire *message, const char *id)
{
    for (size_t i = 0; i < message->n_themes; i++)
        if (strcmp(message->themes[i]->id, id) == 0)
            return true;
    return false;
}

static void check_weight(struct check *check, const Ci__Question *question, size_t index)
{
    if (question_kind_scores(question->kind) || (!kind_is_known(question->kind) && question->weight > 0))
        expect(check, question->weight >= 1 && question->weight <= WEIGHT_MAX, "a weight of 1 to 9",
               "questions[%zu].weight", index);
    else
        expect(check, question->weight == 0, "the weight 0, because euros and free_text are not scored",
               "questions[%zu].weight", index);
}

/* What no kind allows. */
static void check_unknown_kind(struct check *check, const Ci__Question *question, size_t index)
{
    expect(check, false, "a known kind of question", "questions[%zu].kind", index);
    expect(check, !*question->scale || scale_is_among(check->message, question->scale, check->message->n_scales),
           "the id of one of the scales", "questions[%zu].scale", index);
    if (question->n_options > OPTIONS_MAX)
        expect(check, false, "at most 20 options", "questions[%zu].options", index);
    else
        check_options(check, question, index);
}

static void check_question(struct check *check, const Ci__Question *question, size_t index)
{
    const Ci__Questionnaire *message = check->message;

    expect(check, id_is_valid(question->id, QUESTION_ID_MAX), "an id: 1 to 16 of A-Z, a-z, 0-9, '.', '-' and '_'",
           "questions[%zu].id", index);
    expect(check, node_id_is_free(message, question->id, message->n_levels + message->n_themes + index), once_expected,
           "questions[%zu].id", index);
    expect(check, theme_exists(message, question->theme), "the id of one of the themes", "questions[%zu].theme", index);
    expect(check, text_is_filled(question->text), text_expected, "questions[%zu].text", index);
    expect(check, text_is_filled(question->advice), text_expected, "questions[%zu].advice", index);
    expect(check, text_is_absent(question->help) || text_is_filled(question->help), text_expected,
           "questions[%zu].help", index);
    expect(check,
           !*question->focal_point || focal_point_is_among(message, question->focal_point, message->n_focal_points),
           "the id of one of the focal points, or none", "questions[%zu].focal_point", index);
    expect(check, question->facet == CI__QUESTION__FACET__STATUS || question->facet == CI__QUESTION__FACET__PROGRESS,
           "status or progress", "questions[%zu].facet", index);
    expect(check,
           question->comparability >= CI__QUESTION__COMPARABILITY__SAME &&
               question->comparability <= CI__QUESTION__COMPARABILITY__NOT_COMPARABLE,
           "same, adjusted or not_comparable", "questions[%zu].comparability", index);
    check_role(check, question, index);
    check_weight(check, question, index);
    if (kind_is_known(question->kind))
        check_kind(check, question, index);
    else
        check_unknown_kind(check, question, index);
}

static const Ci__Question *question_named(const Ci__Questionnaire *message, const char *id)
{
    for (size_t i = 0; i < message->n_questions; i++)
        if (strcmp(message->questions[i]->id, id) == 0)
            return message->questions[i];
    return NULL;
}

static void check_link(struct check *check, const Ci__Link *link, size_t index)
{
    const Ci__Question *from = question_named(check->message, link->from);
    const Ci__Question *to = question_named(check->message, link->to);
    bool fires = link->kind == CI__LINK__KIND__REQUIRES || link->kind == CI__LINK__KIND__MIRRORS;

    expect(check, link->kind >= CI__LINK__KIND__REINFORCES && link->kind <= CI__LINK__KIND__MIRRORS,
           "reinforces, requires or mirrors", "links[%zu].kind", index);
    expect(check, from, "the id of one of the questions", "links[%zu].from", index);
    expect(check, to, "the id of one of the questions", "links[%zu].to", index);
    if (!from || !to)
        return;
    expect(check, from != to, "a link between two different questions", "links[%zu].to", index);
    expect(check, !fires || (question_kind_scores(from->kind) && question_kind_scores(to->kind)),
           "two questions that are scored, for requires and mirrors", "links[%zu]", index);
    for (size_t i = 0; i < index; i++)
        if (strcmp(check->message->links[i]->from, link->from) == 0 &&
            strcmp(check->message->links[i]->to, link->to) == 0)
            expect(check, false, "each pair of questions linked once", "links[%zu]", index);
}

static bool counts_are_within_bounds(struct check *check)
{
    const Ci__Questionnaire *message = check->message;
    size_t before = check->mistakes;

    expect(check, message->n_levels >= 1 && message->n_levels <= LEVELS_MAX, "1 to 4 levels", "levels");
    expect(check, message->n_themes >= 1 && message->n_themes <= THEMES_MAX, "1 to 40 themes", "themes");
    expect(check, message->n_focal_points <= FOCAL_POINTS_MAX, "at most 20 focal points", "focal_points");
    expect(check, message->n_scales <= SCALES_MAX, "at most 10 scales", "scales");
    expect(check, message->n_questions >= 1 && message->n_questions <= QUESTIONS_MAX, "1 to 200 questions",
           "questions");
    expect(check, message->n_links <= LINKS_MAX, "at most 400 links", "links");
    return check->mistakes == before;
}

size_t questionnaire_check(const Ci__Questionnaire *message,
                           void (*report)(void *context, const char *path, const char *expected), void *context)
{
    struct check check = { message, report, context, 0 };

    expect(&check, id_is_valid(message->name, QUESTIONNAIRE_ID_MAX), id_expected, "name");
    expect(&check, message->version >= 1, "a version of 1 or higher", "version");
    expect(&check, text_is_filled(message->title), text_expected, "title");
    if (!counts_are_within_bounds(&check))
        return check.mistakes;
    check_levels(&check);
    check_themes(&check);
    check_focal_points(&check);
    check_scales(&check);
    for (size_t i = 0; i < message->n_questions; i++)
        check_question(&check, message->questions[i], i);
    for (size_t i = 0; i < message->n_links; i++)
        check_link(&check, message->links[i], i);
    expect(&check, ci__questionnaire__get_packed_size(message) <= QUESTIONNAIRE_BYTES_MAX,
           "a questionnaire of at most 47 KiB when packed: shorten its texts", "questionnaire");
    return check.mistakes;
}
