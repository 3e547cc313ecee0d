/* unit.answer_text: what people type, and how it reads. */
#include "common/format/answer_text.h"

#include <string.h>

#include "tests/support/sample_questionnaire.h"
#include "tests/support/unit.h"

static struct questionnaire *sample;
static struct arena *arena;

static int make_sample(void **state)
{
    (void)state;
    sample = sample_questionnaire();
    return arena_new(&arena, SAMPLE_ARENA);
}

static int free_sample(void **state)
{
    (void)state;
    sample = questionnaire_free(sample);
    arena = arena_free(arena);
    return 0;
}

/* The short form of what was typed; NULL where it was refused with words in both languages. */
static const char *typed(const char *question, const char *text)
{
    size_t index = (size_t)questionnaire_question(sample, question);
    struct answer_problem problem = { "", "" };
    Ci__AnswerValue *value = NULL;
    int r = answer_text_parse(sample, index, text, arena, &value, &problem);

    if (r == 0)
        return answer_text_short(sample, index, value, arena);
    assert_int_equal(r, ANSWER_TEXT_INVALID);
    assert_null(value);
    assert_true(*problem.nl && *problem.en);
    return NULL;
}

static void understands_each_kind(void **state)
{
    (void)state;
    assert_string_equal(typed("S1.1", " 3\n"), "3");
    assert_string_equal(typed("S1.2", "45"), "45%");
    assert_string_equal(typed("S1.2", "45 %"), "45%");
    assert_string_equal(typed("S1.3", "Ja"), "yes");
    assert_string_equal(typed("S1.3", "deels"), "partly");
    assert_string_equal(typed("S1.3", "no"), "no");
    assert_string_equal(typed("S2.1", "space, waste"), "waste,space");
    assert_string_equal(typed("S2.1", "geen"), "none");
    assert_string_equal(typed("S2.2", "r3"), "r3");
    assert_string_equal(typed("S2.3", "12000000"), "total=12000000");
    assert_string_equal(typed("S2.3", "estimate, O2=5,total=12000000,O1=3000000"),
                        "total=12000000,O1=3000000,O2=5,estimate");
    assert_string_equal(typed("S2.4", " Een les. "), "Een les.");
    assert_string_equal(typed("O1.2", "6"), "6");
    assert_string_equal(typed("O1.1", "n/a: geen gebouwen"), "n/a: geen gebouwen");
    assert_string_equal(typed("O1.1", "NVT: geen gebouwen"), "n/a: geen gebouwen");
    assert_string_equal(typed("S1.1", "weet-niet"), "unknown");
    assert_string_equal(typed("S2.4", "Unknown"), "unknown");
}

static void parses_its_own_short_form(void **state)
{
    static const char *const forms[][2] = {
        { "S1.1", "0" },
        { "S1.2", "100%" },
        { "S1.3", "partly" },
        { "S2.1", "none" },
        { "S2.1", "waste,building,space,mobility,social" },
        { "S2.2", "r1,r5" },
        { "S2.3", "total=0" },
        { "S2.3", "total=9,O1=4,O2=5,estimate" },
        { "S2.4", "tekst" },
        { "O1.2", "1000000" },
        { "O1.2", "n/a: reden" },
        { "O3.2", "unknown" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_string_equal(typed(forms[i][0], forms[i][1]), forms[i][1]);
}

static void refuses_what_does_not_fit(void **state)
{
    static const char *const forms[][2] = {
        { "S1.1", "" },
        { "S1.1", "5" },
        { "S1.1", "-1" },
        { "S1.1", "3.5" },
        { "S1.1", "3%" },
        { "S1.1", "ja" },
        { "S1.1", "n/a: reden" },
        { "S1.2", "101" },
        { "S1.2", "%" },
        { "S1.2", "4 5%" },
        { "S1.3", "maybe" },
        { "S2.1", "" },
        { "S2.1", "wood" },
        { "S2.1", "waste,waste" },
        { "S2.1", "waste,," },
        { "S2.3", "O1=5" },
        { "S2.3", "total=1,O1=5" },
        { "S2.3", "total=5,total=5" },
        { "S2.3", "total=5,S1=1" },
        { "S2.3", "total=" },
        { "S2.3", "total=1e6" },
        { "S2.3", "total=9999999999999" },
        { "S2.4", "  " },
        { "O1.1", "n/a" },
        { "O1.1", "nvt:  " },
        { "O1.2", "99999999999999999999" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (typed(forms[i][0], forms[i][1]))
            fail_msg("%s took '%s'", forms[i][0], forms[i][1]);
}

static const char *words(const char *question, const char *text, enum language language)
{
    size_t index = (size_t)questionnaire_question(sample, question);
    struct answer_problem problem;
    Ci__AnswerValue *value;

    assert_int_equal(answer_text_parse(sample, index, text, arena, &value, &problem), 0);
    return answer_text_words(sample, index, value, language, arena);
}

static void reads_in_words(void **state)
{
    (void)state;
    assert_string_equal(words("S1.1", "3", LANGUAGE_EN), "3 · step 3 in English");
    assert_string_equal(words("S1.2", "45", LANGUAGE_NL), "45 %");
    assert_string_equal(words("S1.3", "partly", LANGUAGE_NL), "deels");
    assert_string_equal(words("S2.2", "r1,r5", LANGUAGE_NL), "r1 in het Nederlands; r5 in het Nederlands");
    assert_string_equal(words("S2.1", "none", LANGUAGE_EN), "none of these");
    assert_string_equal(words("S2.3", "total=12000000,O1=3045000,estimate", LANGUAGE_NL),
                        "€ 12.000.000 in totaal (schatting); O1 in het Nederlands € 3.045.000");
    assert_string_equal(words("S2.3", "total=999", LANGUAGE_EN), "€ 999 in total");
    assert_string_equal(words("O1.1", "nvt: geen gebouwen", LANGUAGE_NL), "niet van toepassing: geen gebouwen");
    assert_string_equal(words("O1.1", "unknown", LANGUAGE_NL), "weet ik niet");
}

static void hints_at_what_may_be_typed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sample->question_count; i++)
        assert_true(strlen(answer_text_hint(sample, i, LANGUAGE_NL, arena)) > 5);
    assert_string_equal(answer_text_hint(sample, 5, LANGUAGE_EN, arena), "by comma: r1, r3, r5; or none; unknown");
    assert_string_equal(answer_text_hint(sample, 8, LANGUAGE_EN, arena), "0, 1, 2, 3 or 4; unknown; n/a: reason");
    assert_non_null(strstr(answer_text_choices(sample, 5, LANGUAGE_NL, arena), "      r1   "));
    assert_memory_equal(answer_text_choices(sample, 8, LANGUAGE_EN, arena), "      0  ", 9);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(understands_each_kind),      cmocka_unit_test(parses_its_own_short_form),
        cmocka_unit_test(refuses_what_does_not_fit),  cmocka_unit_test(reads_in_words),
        cmocka_unit_test(hints_at_what_may_be_typed),
    };

    return cmocka_run_group_tests_name("unit.answer_text", tests, make_sample, free_sample);
}
