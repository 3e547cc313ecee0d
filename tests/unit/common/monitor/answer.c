/* unit.answer: whether an answer fits its question, and what it scores. */
#include "common/monitor/answer.h"

#include <string.h>

#include "tests/support/sample_questionnaire.h"
#include "tests/support/unit.h"

#define WORD(text) ((char[]){ text }) /* the messages have no const */

/* Indexes of the sample. */
enum {
    MATURITY = 0,
    PERCENTAGE = 1,
    YES_NO = 2,
    CHOICES = 4,
    LADDER = 5,
    EUROS = 6,
    FREE_TEXT = 7,
    OPTIONAL = 8,
    NUMBER = 9
};

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

static int checked(size_t question, Ci__AnswerValue *value)
{
    Ci__Answer answer = CI__ANSWER__INIT;
    struct answer_problem problem = { "", "" };
    int r;

    answer.value = value;
    r = answer_check(sample, question, &answer, &problem);
    assert_int_equal(r != 0, *problem.nl && *problem.en);
    return r;
}

/* −1: refused; −2: accepted without a score. */
static int scored(size_t question, Ci__AnswerValue value)
{
    struct mark mark;

    if (checked(question, &value) != 0)
        return -1;
    mark = answer_mark(sample, question, &value, false);
    return mark.state == MARK_SCORED ? mark.score : -2;
}

#define VALUE(which, field, content)                                                    \
    ((Ci__AnswerValue){ .base = PROTOBUF_C_MESSAGE_INIT(&ci__answer_value__descriptor), \
                        .of_case = CI__ANSWER_VALUE__OF_##which,                        \
                        .field = (content) })

static void scores_the_simple_kinds(void **state)
{
    (void)state;
    assert_int_equal(scored(MATURITY, VALUE(LEVEL, level, 0)), 0);
    assert_int_equal(scored(MATURITY, VALUE(LEVEL, level, 3)), 7500);
    assert_int_equal(scored(MATURITY, VALUE(LEVEL, level, 5)), -1);
    assert_int_equal(scored(PERCENTAGE, VALUE(PERCENTAGE, percentage, 33)), 6600);
    assert_int_equal(scored(PERCENTAGE, VALUE(PERCENTAGE, percentage, 50)), 10000);
    assert_int_equal(scored(PERCENTAGE, VALUE(PERCENTAGE, percentage, 100)), 10000);
    assert_int_equal(scored(PERCENTAGE, VALUE(PERCENTAGE, percentage, 101)), -1);
    assert_int_equal(scored(NUMBER, VALUE(NUMBER, number, 2)), 0);
    assert_int_equal(scored(NUMBER, VALUE(NUMBER, number, 4)), 3333);
    assert_int_equal(scored(NUMBER, VALUE(NUMBER, number, 5)), 6667);
    assert_int_equal(scored(NUMBER, VALUE(NUMBER, number, 9)), 10000);
    assert_int_equal(scored(NUMBER, VALUE(NUMBER, number, 1000001)), -1);
    assert_int_equal(scored(YES_NO, VALUE(AGREEMENT, agreement, CI__AGREEMENT__YES)), 10000);
    assert_int_equal(scored(YES_NO, VALUE(AGREEMENT, agreement, CI__AGREEMENT__PARTLY)), 5000);
    assert_int_equal(scored(YES_NO, VALUE(AGREEMENT, agreement, CI__AGREEMENT__NO)), 0);
    assert_int_equal(scored(YES_NO, VALUE(AGREEMENT, agreement, CI__AGREEMENT__AGREEMENT_NONE)), -1);
    assert_int_equal(scored(MATURITY, VALUE(PERCENTAGE, percentage, 3)), -1);
    assert_int_equal(scored(FREE_TEXT, VALUE(TEXT, text, WORD("een les"))), -2);
    assert_int_equal(scored(FREE_TEXT, VALUE(TEXT, text, WORD(" \n"))), -1);
}

static void falls_where_less_is_better(void **state)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    CLEANUP(questionnaire_free) struct questionnaire *questionnaire = NULL;
    static const int expected[] = { [1] = 10000, [2] = 10000, [4] = 5000, [5] = 2500, [6] = 0, [9] = 0 };
    Ci__Questionnaire *message;

    (void)state;
    assert_int_equal(arena_new(&arena, SAMPLE_ARENA), 0);
    message = sample_message(arena);
    message->questions[NUMBER]->zero_at = 6;
    message->questions[NUMBER]->full_at = 2;
    assert_int_equal(questionnaire_new(&questionnaire, codec_pack(message, arena), NULL, 0), 0);
    for (uint32_t number = 1; number < 10; number++) {
        Ci__AnswerValue value = VALUE(NUMBER, number, number);
        if (number != 3 && number != 7 && number != 8)
            assert_int_equal(answer_mark(questionnaire, NUMBER, &value, false).score, expected[number]);
    }
}

static int chosen(size_t question, char **options, size_t count)
{
    Ci__Choices choices = CI__CHOICES__INIT;

    choices.options = options;
    choices.n_options = count;
    return scored(question, VALUE(CHOICES, choices, &choices));
}

static void adds_choices_up_and_takes_the_best_rung(void **state)
{
    char waste[] = "waste", building[] = "building", space[] = "space", mobility[] = "mobility", social[] = "social";
    char r1[] = "r1", r3[] = "r3", r5[] = "r5";

    (void)state;
    assert_int_equal(chosen(CHOICES, NULL, 0), 0);
    assert_int_equal(chosen(CHOICES, (char *[]){ waste, space }, 2), 5000);
    assert_int_equal(chosen(CHOICES, (char *[]){ waste, building, space, mobility, social }, 5), 10000);
    assert_int_equal(chosen(CHOICES, (char *[]){ waste, waste }, 2), -1);
    assert_int_equal(chosen(CHOICES, (char *[]){ space, waste }, 2), -1);
    assert_int_equal(chosen(CHOICES, (char *[]){ r1 }, 1), -1);
    assert_int_equal(chosen(LADDER, NULL, 0), 0);
    assert_int_equal(chosen(LADDER, (char *[]){ r3, r5 }, 2), 6000);
    assert_int_equal(chosen(LADDER, (char *[]){ r1, r5 }, 2), 10000);
}

static int spent(uint64_t total, const char *first, uint64_t a, const char *second, uint64_t b)
{
    Ci__CategoryEuros one = CI__CATEGORY_EUROS__INIT, two = CI__CATEGORY_EUROS__INIT;
    Ci__CategoryEuros *both[] = { &one, &two };
    Ci__Euros euros = CI__EUROS__INIT;

    one.theme = (char *)(uintptr_t)first;
    one.amount = a;
    two.theme = (char *)(uintptr_t)second;
    two.amount = b;
    euros.total = total;
    euros.categories = both;
    euros.n_categories = second ? 2 : 1;
    return scored(EUROS, VALUE(EUROS, euros, &euros));
}

static void holds_euros_together(void **state)
{
    (void)state;
    assert_int_equal(spent(100, "O1", 60, "O2", 40), -2);
    assert_int_equal(spent(100, "O1", 60, "O2", 41), -1);
    assert_int_equal(spent(100, "O1", UINT64_MAX, "O2", 101), -1);
    assert_int_equal(spent(100, "O2", 10, "O1", 10), -1);
    assert_int_equal(spent(100, "O1", 10, "O1", 10), -1);
    assert_int_equal(spent(100, "S1", 10, NULL, 0), -1);
    assert_int_equal(spent(EUROS_MAX, "O1", EUROS_MAX, NULL, 0), -2);
    assert_int_equal(spent(EUROS_MAX + 1, "O1", 1, NULL, 0), -1);
}

static void takes_not_applicable_only_where_allowed_and_with_a_reason(void **state)
{
    Ci__AnswerValue value = VALUE(NOT_APPLICABLE, not_applicable, WORD("geen eigen gebouwen"));
    static char long_reason[REASON_BYTES_MAX + 2];

    (void)state;
    assert_int_equal(checked(OPTIONAL, &value), 0);
    assert_int_equal(answer_mark(sample, OPTIONAL, &value, true).state, MARK_NOT_APPLICABLE);
    assert_int_equal(checked(MATURITY, &value), ANSWER_INVALID);
    value.not_applicable = WORD("  ");
    assert_int_equal(checked(OPTIONAL, &value), ANSWER_INVALID);
    memset(long_reason, 'x', REASON_BYTES_MAX + 1);
    value.not_applicable = long_reason;
    assert_int_equal(checked(OPTIONAL, &value), ANSWER_INVALID);
}

static void marks_unknown_unscored_and_unanswered(void **state)
{
    Ci__AnswerValue unknown = VALUE(UNKNOWN, unknown, true), text = VALUE(TEXT, text, WORD("x"));

    (void)state;
    assert_int_equal(checked(MATURITY, &unknown), 0);
    assert_int_equal(answer_mark(sample, MATURITY, &unknown, false).state, MARK_UNKNOWN);
    assert_int_equal(answer_mark(sample, MATURITY, &unknown, false).score, 0);
    assert_int_equal(answer_mark(sample, FREE_TEXT, &text, false).state, MARK_UNSCORED);
    assert_int_equal(answer_mark(sample, MATURITY, NULL, true).state, MARK_NONE);
    assert_false(answer_mark(sample, MATURITY, NULL, true).substantiated);
    assert_true(answer_mark(sample, MATURITY, &unknown, true).substantiated);
    unknown.unknown = false;
    assert_int_equal(checked(MATURITY, &unknown), ANSWER_INVALID);
    assert_int_equal(checked(MATURITY, NULL), ANSWER_INVALID);
}

static void checks_what_stands_around_the_value(void **state)
{
    static char long_text[REMARK_BYTES_MAX + 2];
    static char address[] = "https://example.org/besluit";
    char *evidence[EVIDENCE_MAX + 1];
    Ci__AnswerValue value = VALUE(LEVEL, level, 2);
    Ci__WorkingOn working_on = CI__WORKING_ON__INIT;
    Ci__Answer answer = CI__ANSWER__INIT;
    struct answer_problem problem;

    (void)state;
    answer.value = &value;
    answer.working_on = &working_on;
    working_on.owner = WORD("Inkoop");
    working_on.planned = WORD("2026-03-31");
    assert_int_equal(answer_check(sample, MATURITY, &answer, &problem), 0);
    working_on.planned = WORD("31-03-2026");
    assert_int_equal(answer_check(sample, MATURITY, &answer, &problem), ANSWER_INVALID);
    answer.working_on = NULL;
    for (size_t i = 0; i <= EVIDENCE_MAX; i++)
        evidence[i] = address;
    answer.evidence = evidence;
    answer.n_evidence = EVIDENCE_MAX;
    assert_int_equal(answer_check(sample, MATURITY, &answer, &problem), 0);
    answer.n_evidence = EVIDENCE_MAX + 1;
    assert_int_equal(answer_check(sample, MATURITY, &answer, &problem), ANSWER_INVALID);
    answer.n_evidence = 0;
    memset(long_text, 'x', REMARK_BYTES_MAX);
    answer.remark = answer.note = long_text;
    assert_int_equal(answer_check(sample, MATURITY, &answer, &problem), 0);
    long_text[REMARK_BYTES_MAX] = 'x';
    assert_int_equal(answer_check(sample, MATURITY, &answer, &problem), ANSWER_INVALID);
}

static void takes_web_addresses_and_references_as_evidence(void **state)
{
    static const struct {
        const char *text;
        bool fits;
    } rows[] = {
        { "https://example.org/besluit?id=1#p2", true },
        { "HTTP://example.org", true },
        { "Z/24/012345", true },
        { "Raadsbesluit 12: circulair inkopen", true },
        { "2026:118", true },
        { "javascript:alert(1)", false },
        { "  JavaScript:alert(1)", false },
        { "java\tscript:alert(1)", false },
        { "\njavascript:alert(1)", false },
        { "file:///etc/passwd", false },
        { "data:text/html,x", false },
        { "C:\\besluit.pdf", false },
        { "ftp://example.org", false },
        { "https:example.org", false },
        { "https://", false },
        { "https:///besluit", false },
        { "https://example.org/een besluit", false },
        { " ", false },
    };
    Ci__AnswerValue value = VALUE(LEVEL, level, 2);
    Ci__Answer answer = CI__ANSWER__INIT;
    struct answer_problem problem;

    (void)state;
    answer.value = &value;
    answer.n_evidence = 1;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = (char *)(uintptr_t)rows[i].text;

        answer.evidence = &text;
        if ((answer_check(sample, MATURITY, &answer, &problem) == 0) != rows[i].fits)
            fail_msg("%s: %s", rows[i].text, rows[i].fits ? "refused" : "taken");
    }
}

static void what_was_accepted_once_still_fits_where_it_would_not_be_written_now(void **state)
{
    char *turned = WORD("Jan \u202enaJ");
    Ci__AnswerValue value = VALUE(LEVEL, level, 2);
    Ci__WorkingOn working_on = CI__WORKING_ON__INIT;
    Ci__Answer answer = CI__ANSWER__INIT;
    char **const texts[] = { &answer.remark, &answer.note, &working_on.owner };
    struct answer_problem problem;

    (void)state;
    answer.value = &value;
    answer.working_on = &working_on;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *before = *texts[i];

        *texts[i] = turned;
        assert_int_equal(answer_fits(sample, MATURITY, &answer, &problem), 0);
        assert_int_equal(answer_check(sample, MATURITY, &answer, &problem), ANSWER_INVALID);
        *texts[i] = before;
    }
    answer.evidence = &turned;
    answer.n_evidence = 1;
    assert_int_equal(answer_fits(sample, MATURITY, &answer, &problem), 0);
    assert_int_equal(answer_check(sample, MATURITY, &answer, &problem), ANSWER_INVALID);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_the_simple_kinds),
        cmocka_unit_test(falls_where_less_is_better),
        cmocka_unit_test(adds_choices_up_and_takes_the_best_rung),
        cmocka_unit_test(holds_euros_together),
        cmocka_unit_test(takes_not_applicable_only_where_allowed_and_with_a_reason),
        cmocka_unit_test(marks_unknown_unscored_and_unanswered),
        cmocka_unit_test(checks_what_stands_around_the_value),
        cmocka_unit_test(takes_web_addresses_and_references_as_evidence),
        cmocka_unit_test(what_was_accepted_once_still_fits_where_it_would_not_be_written_now),
    };

    return cmocka_run_group_tests_name("unit.answer", tests, make_sample, free_sample);
}
