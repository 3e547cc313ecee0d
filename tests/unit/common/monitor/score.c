/*
 * unit.score: scores from marks: examples computed by hand, and an oracle written in another way (fractions in long double,
 * straight from the policy) over random marks.
 */
#include "common/monitor/score.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/sample_questionnaire.h"
#include "tests/support/unit.h"

static struct questionnaire *sample;

static int make_sample(void **state)
{
    (void)state;
    sample = sample_questionnaire();
    return 0;
}

static int free_sample(void **state)
{
    (void)state;
    sample = questionnaire_free(sample);
    return 0;
}

static void set(struct mark *marks, const char *id, enum mark_state state, uint16_t score)
{
    int index = questionnaire_question(sample, id);

    assert_true(index >= 0);
    marks[index] = (struct mark){ .state = (uint8_t)state, .score = score };
}

static int at(const struct scores *scores, const char *node)
{
    int index = node_find(sample, node);

    assert_true(index >= 0);
    return scores->node[index];
}

static int at_progress(const struct scores *scores, const char *of)
{
    char node[NODE_NAME_SIZE];

    snprintf(node, sizeof node, "progress/%s", of);
    return at(scores, node);
}

static struct scores computed(const struct mark *marks, const uint64_t *spend)
{
    struct scores scores;

    scores_compute(sample, marks, spend, &scores);
    return scores;
}

static void scores_nothing_where_nothing_is_answered(void **state)
{
    struct mark marks[QUESTIONS_MAX] = { 0 };
    struct scores scores = computed(marks, NULL);

    (void)state;
    for (size_t i = 0; i < node_count(sample); i++)
        assert_int_equal(scores.node[i], SCORE_NONE);
    assert_int_equal(scores.completeness, 0);
    assert_int_equal(scores.unanswered, 14);
    assert_int_equal(scores.substantiated, 0);
}

/* S1: (3 × 7500 + 2 × 5000 + 1 × 0) / 6 = 5416⅔ → 5417. S2: (2 × 5000 + 1 × 6000) / 3 = 5333⅓ → 5333.
 * Strategic: 0.6 × 5417 + 0.4 × 5333 = 5383.4 → 5383; overall is strategic alone, as nothing operational is answered. */
static void computes_means_from_the_rounded_scores_below(void **state)
{
    struct mark marks[QUESTIONS_MAX] = { 0 };

    (void)state;
    set(marks, "S1.1", MARK_SCORED, 7500);
    set(marks, "S1.2", MARK_SCORED, 5000);
    set(marks, "S1.3", MARK_UNKNOWN, 0);
    set(marks, "S2.1", MARK_SCORED, 5000);
    set(marks, "S2.2", MARK_SCORED, 6000);
    struct scores scores = computed(marks, NULL);

    assert_int_equal(at(&scores, "S1"), 5417);
    assert_int_equal(at(&scores, "S2"), 5333);
    assert_int_equal(at(&scores, "strategic"), 5383);
    assert_int_equal(at(&scores, "operational"), SCORE_NONE);
    assert_int_equal(at(&scores, "overall"), 5383);
    assert_int_equal(at(&scores, "S1.3"), 0);
    assert_int_equal(at(&scores, "focal/HH"), 7125); /* (3 × 7500 + 1 × 6000) / 4 */
    assert_int_equal(at(&scores, "focal/BK"), 5000);
    assert_int_equal(scores.completeness, 35); /* 5 / 14 = 35.7 */
    assert_int_equal(scores.unknown, 1);
    assert_int_equal(scores.answered, 4);
    assert_int_equal(score_points(5383), 54);

    set(marks, "O3.1", MARK_SCORED, 2500);
    scores = computed(marks, NULL);
    assert_int_equal(at(&scores, "operational"), 2500);
    assert_int_equal(at(&scores, "overall"), 3653); /* 0.4 × 5383 + 0.6 × 2500 = 3653.2 */
}

static void rounds_half_up(void **state)
{
    struct mark marks[QUESTIONS_MAX] = { 0 };

    (void)state;
    set(marks, "O3.1", MARK_SCORED, 3333);
    set(marks, "O3.2", MARK_SCORED, 0);
    struct scores scores = computed(marks, NULL);
    assert_int_equal(at(&scores, "O3"), 1667); /* 1666.5 */
}

static void takes_what_does_not_apply_out_of_both_sides(void **state)
{
    struct mark marks[QUESTIONS_MAX] = { 0 };

    (void)state;
    set(marks, "O1.1", MARK_SCORED, 5000);
    set(marks, "O1.2", MARK_NOT_APPLICABLE, 0); /* 2 of 6: a third */
    set(marks, "O1.3", MARK_SCORED, 10000);
    struct scores scores = computed(marks, NULL);

    assert_int_equal(at(&scores, "O1"), 6250); /* (3 × 5000 + 10000) / 4 */
    assert_int_equal(at(&scores, "O1.2"), SCORE_NONE);
    assert_int_equal(scores.not_applicable, 1);
    assert_int_equal(scores.completeness, 21); /* 3 / 14 */
}

static void says_insufficient_above_two_fifths(void **state)
{
    struct mark marks[QUESTIONS_MAX] = { 0 };

    (void)state;
    set(marks, "O2.1", MARK_NOT_APPLICABLE, 0); /* 2 of 5: exactly 40 % is enough */
    set(marks, "O2.2", MARK_SCORED, 8000);
    set(marks, "O1.1", MARK_NOT_APPLICABLE, 0); /* 3 of 6: too much */
    set(marks, "O1.2", MARK_SCORED, 10000);
    struct scores scores = computed(marks, NULL);

    assert_int_equal(at(&scores, "O2"), 8000);
    assert_int_equal(at(&scores, "O1"), SCORE_INSUFFICIENT);
    assert_int_equal(at(&scores, "operational"), 8000);
}

static void never_mixes_status_and_progress(void **state)
{
    struct mark marks[QUESTIONS_MAX] = { 0 };

    (void)state;
    set(marks, "S1.1", MARK_SCORED, 2500);
    set(marks, "S1.4", MARK_SCORED, 10000);
    struct scores scores = computed(marks, NULL);

    assert_int_equal(at(&scores, "S1"), 2500);
    assert_int_equal(at(&scores, "overall"), 2500);
    assert_int_equal(at(&scores, "focal/HH"), 2500);
    assert_int_equal(at(&scores, "progress/S1"), 10000);
    assert_int_equal(at(&scores, "progress/strategic"), 10000);
    assert_int_equal(at(&scores, "progress"), 10000);
    assert_int_equal(at(&scores, "progress/operational"), SCORE_NONE);
    assert_int_equal(scores.answered, 2);
}

/* O1 and O2 have 80 of 100 together. Spent 1 : 3, they weigh 20 and 60: (20 × 10000 + 60 × 5000 + 20 × 0) / 100 = 5000. */
static void shares_the_categories_weight_by_euros(void **state)
{
    struct mark marks[QUESTIONS_MAX] = { 0 };
    uint64_t spend[THEMES_MAX] = { 0 };

    (void)state;
    set(marks, "O1.1", MARK_SCORED, 10000);
    set(marks, "O2.1", MARK_SCORED, 5000);
    set(marks, "O3.1", MARK_SCORED, 0);
    struct scores plain = computed(marks, NULL), none = computed(marks, spend);
    assert_int_equal(at(&plain, "operational"), 6500);
    assert_memory_equal(&plain, &none, sizeof plain);

    spend[2] = EUROS_MAX / 4;
    spend[3] = EUROS_MAX / 4 * 3;
    spend[0] = 99; /* no category: its euros count for nothing */
    struct scores spent = computed(marks, spend);
    assert_int_equal(at(&spent, "operational"), 5000);
    assert_int_equal(at(&spent, "O1"), 10000);
}

static void says_how_much_of_the_weight_has_evidence(void **state)
{
    struct mark marks[QUESTIONS_MAX] = { 0 };

    (void)state;
    set(marks, "S1.1", MARK_SCORED, 7500);
    set(marks, "S1.2", MARK_SCORED, 7500);
    set(marks, "S1.3", MARK_SCORED, 7500);
    set(marks, "S1.4", MARK_SCORED, 7500);
    marks[0].substantiated = marks[3].substantiated = true;
    assert_int_equal(computed(marks, NULL).substantiated, 50);
    marks[1].substantiated = true;
    assert_int_equal(computed(marks, NULL).substantiated, 83);
}

static void names_the_greatest_gains_first(void **state)
{
    struct mark marks[QUESTIONS_MAX] = { 0 };
    struct gain gains[3];

    (void)state;
    set(marks, "S1.1", MARK_SCORED, 5000);
    set(marks, "S1.2", MARK_SCORED, 10000);
    set(marks, "O1.1", MARK_SCORED, 2500);
    set(marks, "O1.2", MARK_NOT_APPLICABLE, 0);
    set(marks, "O3.1", MARK_UNKNOWN, 0);
    struct scores scores = computed(marks, NULL);

    /* Operational is (50 × 2500 + 20 × 0) / 70 = 1786; O1.1 full makes it 7143, O3.1 full 4643; S1 goes from 7000 to 10000. */
    assert_int_equal(scores_gains(sample, marks, NULL, &scores, gains, 3), 3);
    assert_string_equal(question_at(sample, gains[0].question)->id, "O1.1");
    assert_int_equal(gains[0].gain, 3214); /* 0.4 × 7000 + 0.6 × 7143 = 7085.8, less 3871.6, both rounded */
    assert_string_equal(question_at(sample, gains[1].question)->id, "O3.1");
    assert_string_equal(question_at(sample, gains[2].question)->id, "S1.1");
    assert_int_equal(gains[2].gain, 1200);
    assert_int_equal(scores_gains(sample, marks, NULL, &scores, gains, 1), 1);
    assert_string_equal(question_at(sample, gains[0].question)->id, "O1.1");
    assert_int_equal(scores_gains(sample, marks, NULL, &scores, gains, 0), 0);
}

/* ---- the oracle: by name, in fractions, one figure at a time ------------------------------------------------------ */

static int half_up(long double value)
{
    return (int)floorl(value + 0.5L + 1e-12L);
}

static int oracle_theme(const struct mark *marks, const char *theme, int facet)
{
    long double sum = 0, weight = 0, all = 0, not_applicable = 0;

    for (size_t i = 0; i < sample->question_count; i++) {
        const Ci__Question *question = question_at(sample, i);

        if (strcmp(question->theme, theme) != 0 || (int)question->facet != facet || question->weight == 0)
            continue;
        all += question->weight;
        if (marks[i].state == MARK_NOT_APPLICABLE)
            not_applicable += question->weight;
        if (marks[i].state != MARK_SCORED && marks[i].state != MARK_UNKNOWN)
            continue;
        sum += (long double)question->weight * (marks[i].state == MARK_SCORED ? marks[i].score : 0);
        weight += question->weight;
    }
    if (all > 0 && not_applicable / all > 0.4L)
        return SCORE_INSUFFICIENT;
    return weight > 0 ? half_up(sum / weight) : SCORE_NONE;
}

static int oracle_level(const struct mark *marks, const char *level, int facet, const uint64_t *spend)
{
    const Ci__Questionnaire *message = sample->message;
    long double sum = 0, weight = 0, euros = 0, shared = 0;

    for (size_t i = 0; i < message->n_themes; i++)
        if (message->themes[i]->category && strcmp(message->themes[i]->level, level) == 0) {
            euros += spend ? (long double)spend[i] : 0;
            shared += message->themes[i]->weight_percent;
        }
    for (size_t i = 0; i < message->n_themes; i++) {
        const Ci__Theme *theme = message->themes[i];
        int score = oracle_theme(marks, theme->id, facet);
        long double share = theme->weight_percent;

        if (strcmp(theme->level, level) != 0 || score < 0)
            continue;
        if (theme->category && euros > 0)
            share = shared * (long double)spend[i] / euros;
        sum += share * score;
        weight += share;
    }
    return weight > 0 ? half_up(sum / weight) : SCORE_NONE;
}

static int oracle_whole(const struct mark *marks, int facet, const uint64_t *spend)
{
    long double sum = 0, weight = 0;

    for (size_t i = 0; i < sample->message->n_levels; i++) {
        int score = oracle_level(marks, sample->message->levels[i]->id, facet, spend);

        sum += score < 0 ? 0 : (long double)sample->message->levels[i]->weight_percent * score;
        weight += score < 0 ? 0 : sample->message->levels[i]->weight_percent;
    }
    return weight > 0 ? half_up(sum / weight) : SCORE_NONE;
}

static int oracle_focal_point(const struct mark *marks, const char *focal_point)
{
    long double sum = 0, weight = 0;

    for (size_t i = 0; i < sample->question_count; i++) {
        const Ci__Question *question = question_at(sample, i);

        if (strcmp(question->focal_point, focal_point) != 0 || question_is_progress(question) ||
            (marks[i].state != MARK_SCORED && marks[i].state != MARK_UNKNOWN))
            continue;
        sum += (long double)question->weight * marks[i].score;
        weight += question->weight;
    }
    return weight > 0 ? half_up(sum / weight) : SCORE_NONE;
}

static void agree_with_the_oracle(const struct mark *marks, const uint64_t *spend)
{
    const Ci__Questionnaire *message = sample->message;
    struct scores scores = computed(marks, spend);

    assert_int_equal(at(&scores, "overall"), oracle_whole(marks, 0, spend));
    assert_int_equal(at(&scores, "progress"), oracle_whole(marks, 1, spend));
    for (size_t i = 0; i < message->n_levels; i++) {
        const char *id = message->levels[i]->id;
        assert_int_equal(scores.node[node_level(sample, i)], oracle_level(marks, id, 0, spend));
        assert_int_equal(at_progress(&scores, id), oracle_level(marks, id, 1, spend));
    }
    for (size_t i = 0; i < message->n_themes; i++) {
        const char *id = message->themes[i]->id;
        assert_int_equal(scores.node[node_theme(sample, i)], oracle_theme(marks, id, 0));
        assert_int_equal(at_progress(&scores, id), oracle_theme(marks, id, 1));
    }
    for (size_t i = 0; i < message->n_focal_points; i++)
        assert_int_equal(scores.node[node_focal_point(sample, i)],
                         oracle_focal_point(marks, message->focal_points[i]->id));
}

static void agrees_with_an_oracle_over_random_marks(void **state)
{
    (void)state;
    srand(1);
    for (int round = 0; round < 5000; round++) {
        struct mark marks[QUESTIONS_MAX] = { 0 };
        uint64_t spend[THEMES_MAX];

        for (size_t i = 0; i < sample->question_count; i++) {
            marks[i].state = (uint8_t)(sample->scored[i] ? rand() % 4 : MARK_UNSCORED);
            marks[i].score = (uint16_t)(marks[i].state == MARK_SCORED ? rand() % 10001 : 0);
        }
        for (size_t i = 0; i < THEMES_MAX; i++)
            spend[i] = rand() % 3 ? (uint64_t)(rand() % 1000) : 0;
        agree_with_the_oracle(marks, round % 2 ? spend : NULL);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_nothing_where_nothing_is_answered),
        cmocka_unit_test(computes_means_from_the_rounded_scores_below),
        cmocka_unit_test(rounds_half_up),
        cmocka_unit_test(takes_what_does_not_apply_out_of_both_sides),
        cmocka_unit_test(says_insufficient_above_two_fifths),
        cmocka_unit_test(never_mixes_status_and_progress),
        cmocka_unit_test(shares_the_categories_weight_by_euros),
        cmocka_unit_test(says_how_much_of_the_weight_has_evidence),
        cmocka_unit_test(names_the_greatest_gains_first),
        cmocka_unit_test(agrees_with_an_oracle_over_random_marks),
    };

    return cmocka_run_group_tests_name("unit.score", tests, make_sample, free_sample);
}
