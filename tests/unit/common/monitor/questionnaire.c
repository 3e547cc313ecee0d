/* unit.questionnaire: the index over a questionnaire, and every rule that it must keep. */
#include "common/monitor/questionnaire.h"

#include <stdio.h>

#include "tests/support/sample_questionnaire.h"
#include "tests/support/unit.h"

#define WORD(text) ((char[]){ text }) /* the messages have no const */

struct found {
    const char *wanted;
    size_t matching;
};

static void look_for(void *context, const char *path, const char *expected)
{
    struct found *found = context;

    assert_true(*expected);
    found->matching += strcmp(path, found->wanted) == 0;
}

static void makes_an_index(void **state)
{
    CLEANUP(questionnaire_free) struct questionnaire *sample = sample_questionnaire();

    (void)state;
    assert_int_equal(sample->question_count, SAMPLE_QUESTIONS);
    assert_int_equal(sample->scored_count, 14);
    assert_int_equal(sample->theme_of[questionnaire_question(sample, "O1.1")], questionnaire_theme(sample, "O1"));
    assert_int_equal(sample->level_of[questionnaire_theme(sample, "O1")], 1);
    assert_int_equal(sample->focal_point_of[0], questionnaire_focal_point(sample, "HH"));
    assert_int_equal(sample->focal_point_of[2], -1);
    assert_false(sample->scored[questionnaire_question(sample, "S2.3")]);
    assert_int_equal(questionnaire_question(sample, "S1"), -1);
}

static void names_itself_by_the_hash_of_its_bytes(void **state)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    CLEANUP(questionnaire_free) struct questionnaire *questionnaire = NULL;
    uint8_t hash[DIGEST_BYTES];
    struct bytes packed;

    (void)state;
    assert_int_equal(arena_new(&arena, SAMPLE_ARENA), 0);
    packed = codec_pack(sample_message(arena), arena);
    assert_int_equal(questionnaire_new(&questionnaire, packed, NULL, 0), 0);
    digest_bytes(hash, packed.data, packed.size);
    assert_memory_equal(questionnaire->hash, hash, sizeof hash);
}

static void says_the_first_mistake(void **state)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct questionnaire *questionnaire = NULL;
    Ci__Questionnaire *message;
    char reason[200];

    (void)state;
    assert_int_equal(arena_new(&arena, SAMPLE_ARENA), 0);
    message = sample_message(arena);
    message->version = 0;
    message->questions[0]->weight = 0;
    assert_int_equal(questionnaire_new(&questionnaire, codec_pack(message, arena), reason, sizeof reason),
                     QUESTIONNAIRE_INVALID);
    assert_string_equal(reason, "version: expected a version of 1 or higher");
    assert_int_equal(questionnaire_new(&questionnaire, bytes_of("\xff\xff", 2), reason, sizeof reason),
                     QUESTIONNAIRE_INVALID);
    assert_null(questionnaire);
}

static size_t count_in(Ci__Questionnaire *message)
{
    struct found found = { "", 0 };

    return questionnaire_check(message, look_for, &found);
}

/* The change is found, at that path. */
#define FINDS(path, change)                                        \
    do {                                                           \
        CLEANUP(arena_free) struct arena *arena = NULL;            \
        struct found found = { (path), 0 };                        \
        assert_int_equal(arena_new(&arena, SAMPLE_ARENA), 0);      \
        Ci__Questionnaire *q = sample_message(arena);              \
        assert_int_equal(count_in(q), 0);                          \
        change;                                                    \
        assert_true(questionnaire_check(q, look_for, &found) > 0); \
        if (found.matching == 0)                                   \
            fail_msg("nothing was found at %s", found.wanted);     \
    } while (0)

static void finds_mistakes_in_levels_themes_and_scales(void **state)
{
    (void)state;
    FINDS("name", q->name = WORD(""));
    FINDS("title", q->title = NULL);
    FINDS("title", q->title->en = WORD(""));
    FINDS("levels", q->levels[0]->weight_percent = 41);
    FINDS("levels", q->n_levels = 5);
    FINDS("levels[1].id", q->levels[1]->id = WORD("strategic"));
    FINDS("levels[0].id", q->levels[0]->id = WORD("overall"));
    FINDS("levels[1]", q->themes[4]->weight_percent = 19);
    FINDS("themes[4].weight_percent", q->themes[4]->weight_percent = 0);
    FINDS("themes[0].level", q->themes[0]->level = WORD("tactical"));
    FINDS("themes[1].id", q->themes[1]->id = WORD("S1"));
    FINDS("themes[0].id", q->themes[0]->id = WORD("S/1"));
    FINDS("themes[0].name", q->themes[0]->name->nl = WORD("a\x07"));
    FINDS("themes[4]", (q->questions[14]->facet = q->questions[15]->facet = CI__QUESTION__FACET__PROGRESS));
    FINDS("focal_points[1].id", q->focal_points[1]->id = WORD("HH"));
    FINDS("scales[0].steps", q->scales[0]->n_steps = 4);
    FINDS("scales[0].steps[2]", q->scales[0]->steps[2]->en = WORD(""));
}

static void finds_mistakes_in_questions(void **state)
{
    (void)state;
    FINDS("questions[1].id", q->questions[1]->id = WORD("S1.1"));
    FINDS("questions[1].id", q->questions[1]->id = WORD("S1"));
    FINDS("questions[1].id", q->questions[1]->id = WORD("S1.12345678901234"));
    FINDS("questions[0].theme", q->questions[0]->theme = WORD("S9"));
    FINDS("questions[0].text", q->questions[0]->text->nl = WORD(""));
    FINDS("questions[0].advice", q->questions[0]->advice = NULL);
    FINDS("questions[0].help", (q->questions[0]->help = sample_text(arena, "x"), q->questions[0]->help->en = WORD("")));
    FINDS("questions[0].focal_point", q->questions[0]->focal_point = WORD("XX"));
    FINDS("questions[0].audience", q->questions[0]->audience = WORD("mayor"));
    FINDS("questions[0].role", q->questions[0]->audience = WORD("executive"));
    FINDS("questions[0].kind", q->questions[0]->kind = (Ci__Question__Kind)8);
    FINDS("questions[0].facet", q->questions[0]->facet = (Ci__Question__Facet)2);
    FINDS("questions[0].comparability", q->questions[0]->comparability = (Ci__Question__Comparability)3);
    FINDS("questions[0].weight", q->questions[0]->weight = 0);
    FINDS("questions[0].weight", q->questions[0]->weight = 10);
    FINDS("questions[6].weight", q->questions[6]->weight = 1);
    FINDS("questions[0].scale", q->questions[0]->scale = WORD("none"));
    FINDS("questions[1].scale", q->questions[1]->scale = WORD("policy"));
    FINDS("questions[1].full_at", q->questions[1]->full_at = 101);
    FINDS("questions[9].full_at", q->questions[9]->full_at = 3);
    FINDS("questions[9].full_at", q->questions[9]->full_at = 0);
    FINDS("questions[0].full_at", q->questions[0]->full_at = 1);
    FINDS("questions[1].zero_at", q->questions[1]->zero_at = 1);
    FINDS("questions[4].options", q->questions[4]->n_options = 0);
    FINDS("questions[0].options",
          (q->questions[0]->options = q->questions[4]->options, q->questions[0]->n_options = 1));
    FINDS("questions[4].options[1].id", q->questions[4]->options[1]->id = WORD("waste"));
    FINDS("questions[4].options[1].id", q->questions[4]->options[1]->id = WORD("none"));
    FINDS("questions[4].options[0].points", q->questions[4]->options[0]->points = 101);
    FINDS("questions[4].options[0].text", q->questions[4]->options[0]->text = NULL);
}

static void finds_mistakes_in_links(void **state)
{
    (void)state;
    FINDS("links[0].from", q->links[0]->from = WORD("S9.9"));
    FINDS("links[0].to", q->links[0]->to = WORD("S9.9"));
    FINDS("links[0].to", q->links[0]->to = WORD("S1.1"));
    FINDS("links[0].kind", q->links[0]->kind = (Ci__Link__Kind)3);
    FINDS("links[0]", q->links[0]->to = WORD("S2.4"));
    FINDS("links[1]", (q->links[1]->from = q->links[0]->from, q->links[1]->to = q->links[0]->to));
}

static void holds_it_to_the_size_of_an_edit(void **state)
{
    static char text[4001];

    (void)state;
    memset(text, 'x', 4000);
    FINDS("questionnaire", for (size_t i = 0; i < 16; i++) q->questions[i]->text->nl = text);
    FINDS("questionnaire", for (size_t i = 0; i < 12; i++) q->questions[i]->advice->en = text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_an_index),
        cmocka_unit_test(names_itself_by_the_hash_of_its_bytes),
        cmocka_unit_test(says_the_first_mistake),
        cmocka_unit_test(finds_mistakes_in_levels_themes_and_scales),
        cmocka_unit_test(finds_mistakes_in_questions),
        cmocka_unit_test(finds_mistakes_in_links),
        cmocka_unit_test(holds_it_to_the_size_of_an_edit),
    };

    return RUN_UNIT("questionnaire", tests);
}
