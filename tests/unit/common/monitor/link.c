/* unit.link: which links fire. */
#include "common/monitor/link.h"

#include "tests/support/sample_questionnaire.h"
#include "tests/support/unit.h"

static size_t fired(const struct mark *marks, struct finding findings[4])
{
    CLEANUP(questionnaire_free) struct questionnaire *sample = sample_questionnaire();
    struct scores scores;

    scores_compute(sample, marks, NULL, &scores);
    return links_fire(sample, marks, &scores, findings, 4);
}

/* Indexes of the sample. */
enum { S1_1 = 0, S1_2 = 1, O1_1 = 8, O1_2 = 9, O2_1 = 12, O3_1 = 14 };

static struct mark scored(uint16_t score)
{
    return (struct mark){ .state = MARK_SCORED, .score = score };
}

static void says_first_this_where_the_prerequisite_is_missing(void **state)
{
    struct mark marks[QUESTIONS_MAX] = { [S1_1] = scored(7500), [O1_1] = scored(4999) };
    struct finding findings[4];

    (void)state;
    assert_int_equal(fired(marks, findings), 2); /* and the levels lie 25 points apart */
    assert_int_equal(findings[0].kind, FINDING_POLICY_WITHOUT_PRACTICE);
    assert_int_equal(findings[0].from, -1);
    assert_int_equal(findings[0].from_score, 7500);
    assert_int_equal(findings[1].kind, FINDING_FIRST_THIS);
    assert_int_equal(findings[1].from, S1_1);
    assert_int_equal(findings[1].to, O1_1);
    assert_int_equal(findings[1].to_score, 4999);
}

static void is_silent_at_the_bounds(void **state)
{
    struct mark marks[QUESTIONS_MAX] = { [S1_1] = scored(7000), [O1_1] = scored(5000) };
    struct finding findings[4];

    (void)state;
    assert_int_equal(fired(marks, findings), 0); /* exactly 20 points apart, and 5000 is not below 2 */
    marks[S1_1] = scored(7499);
    marks[O1_1] = scored(0);
    assert_int_equal(fired(marks, findings), 1); /* not high: only the levels */
}

static void lets_two_respondents_talk(void **state)
{
    struct mark marks[QUESTIONS_MAX] = { [O2_1] = scored(2500), [O3_1] = scored(7500) };
    struct finding findings[4];

    (void)state;
    assert_int_equal(fired(marks, findings), 1);
    assert_int_equal(findings[0].kind, FINDING_TALK);
    marks[O3_1] = scored(7499);
    assert_int_equal(fired(marks, findings), 0);
}

static void fires_nothing_over_what_is_not_scored_or_only_reinforces(void **state)
{
    struct mark marks[QUESTIONS_MAX] = { [S1_2] = scored(10000), [O1_2] = scored(10000) };
    struct finding findings[4];

    (void)state;
    assert_int_equal(fired(marks, findings), 0);
    marks[O2_1] = scored(10000);
    marks[O3_1] = (struct mark){ .state = MARK_UNKNOWN };
    assert_int_equal(fired(marks, findings), 0);
    marks[S1_2] = scored(0);
    assert_int_equal(fired(marks, findings), 1);
    assert_int_equal(findings[0].kind, FINDING_PRACTICE_WITHOUT_POLICY);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_first_this_where_the_prerequisite_is_missing),
        cmocka_unit_test(is_silent_at_the_bounds),
        cmocka_unit_test(lets_two_respondents_talk),
        cmocka_unit_test(fires_nothing_over_what_is_not_scored_or_only_reinforces),
    };

    return RUN_UNIT("link", tests);
}
