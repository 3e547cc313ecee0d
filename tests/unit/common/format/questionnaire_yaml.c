/* unit.questionnaire_yaml: questionnaires as people write them; every mistake with its line. */
#include "common/format/questionnaire_yaml.h"

#include <stdio.h>
#include <string.h>

#include "common/base/fault.h"
#include "tests/support/unit.h"

static const char sound[] =
    "name: sample\n"                                                   /* 1 */
    "version: 1\n"                                                     /* 2 */
    "title: {nl: Voorbeeld, en: Sample}\n"                             /* 3 */
    "levels:\n"                                                        /* 4 */
    "  - {id: strategic, weight_percent: 100, name: {nl: S, en: S}}\n" /* 5 */
    "focal_points:\n"                                                  /* 6 */
    "  - {id: HH, name: {nl: H, en: H}}\n"                             /* 7 */
    "scales:\n"                                                        /* 8 */
    "  - id: policy\n"                                                 /* 9 */
    "    steps: [{nl: a, en: a}, {nl: b, en: b}, {nl: c, en: c}, {nl: d, en: d}, {nl: e, en: e}]\n"
    "themes:\n"                                                           /* 11 */
    "  - id: S1\n"                                                        /* 12 */
    "    level: strategic\n"                                              /* 13 */
    "    weight_percent: 100\n"                                           /* 14 */
    "    name: {nl: T, en: T}\n"                                          /* 15 */
    "    questions:\n"                                                    /* 16 */
    "      - id: S1.1\n"                                                  /* 17 */
    "        kind: maturity\n"                                            /* 18 */
    "        weight: 3\n"                                                 /* 19 */
    "        audience: executive\n"                                       /* 20 */
    "        focal_point: HH\n"                                           /* 21 */
    "        scale: policy\n"                                             /* 22 */
    "        text: {nl: V, en: Q}\n"                                      /* 23 */
    "        advice: {nl: A, en: A}\n"                                    /* 24 */
    "      - id: S1.2\n"                                                  /* 25 */
    "        kind: choices\n"                                             /* 26 */
    "        weight: 1\n"                                                 /* 27 */
    "        facet: status\n"                                             /* 28 */
    "        audience: buyer\n"                                           /* 29 */
    "        na_allowed: true\n"                                          /* 30 */
    "        options:\n"                                                  /* 31 */
    "          - {id: waste, points: 25, text: {nl: afval, en: waste}}\n" /* 32 */
    "        text:\n"                                                     /* 33 */
    "          nl: >\n"                                                   /* 34 */
    "            Een lange\n"                                             /* 35 */
    "            vraag\n"                                                 /* 36 */
    "          en: \"Long\"\n"                                            /* 37 */
    "        advice: {nl: A, en: A}\n"                                    /* 38 */
    "links:\n"                                                            /* 39 */
    "  - {kind: requires, from: S1.1, to: S1.2}\n";                       /* 40 */

/* What was reported: "line: expected" lines. */
struct heard {
    char text[8192];
    size_t used, count;
};

static void hear(void *context, const char *file, unsigned line, const char *expected)
{
    struct heard *heard = context;

    assert_string_equal(file, "test.yaml");
    heard->count++;
    if (heard->used < sizeof heard->text)
        heard->used +=
            (size_t)snprintf(heard->text + heard->used, sizeof heard->text - heard->used, "%u: %s\n", line, expected);
}

static int parse(const char *yaml, size_t size, struct arena *arena, Ci__Questionnaire **out, struct heard *heard)
{
    *heard = (struct heard){ .used = 0 };
    return questionnaire_yaml_parse("test.yaml", bytes_of(yaml, size), arena, out, hear, heard);
}

static void reads_a_sound_file(void **state)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Questionnaire *message = NULL;
    struct heard heard;

    (void)state;
    assert_int_equal(arena_new(&arena, QUESTIONNAIRE_YAML_ARENA), 0);
    if (parse(sound, strlen(sound), arena, &message, &heard) != 0)
        fail_msg("%s", heard.text);
    assert_string_equal(message->name, "sample");
    assert_int_equal(message->n_questions, 2);
    assert_string_equal(message->questions[0]->theme, "S1");
    assert_int_equal(message->questions[0]->role, CI__ROLE__ROLE_EXECUTIVE);
    assert_int_equal(message->questions[1]->role, CI__ROLE__ROLE_RESPONDENT);
    assert_int_equal(message->questions[1]->kind, CI__QUESTION__KIND__CHOICES);
    assert_true(message->questions[1]->na_allowed);
    assert_string_equal(message->questions[1]->text->nl, "Een lange vraag");
    assert_string_equal(message->questions[1]->options[0]->text->en, "waste");
    assert_int_equal(message->links[0]->kind, CI__LINK__KIND__REQUIRES);
    assert_int_equal(message->scales[0]->n_steps, 5);
}

/* The sound file with one text in place of another; the mistakes, in `heard`. */
static void change(const char *from, const char *to, struct heard *heard)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    char yaml[sizeof sound + 2048];
    const char *found = strstr(sound, from);
    Ci__Questionnaire *message = NULL;

    assert_non_null(found);
    snprintf(yaml, sizeof yaml, "%.*s%s%s", (int)(found - sound), sound, to, found + strlen(from));
    assert_int_equal(arena_new(&arena, QUESTIONNAIRE_YAML_ARENA), 0);
    assert_int_equal(parse(yaml, strlen(yaml), arena, &message, heard), QUESTIONNAIRE_YAML_INVALID);
    assert_null(message);
}

static void assert_heard(const char *from, const char *to, const char *wanted)
{
    struct heard heard;

    change(from, to, &heard);
    if (!strstr(heard.text, wanted))
        fail_msg("'%s' is not among:\n%s", wanted, heard.text);
}

static void assert_heard_only(const char *from, const char *to, const char *wanted)
{
    struct heard heard;

    change(from, to, &heard);
    assert_string_equal(heard.text, wanted);
}

static void reports_one_mistake_once_at_its_line(void **state)
{
    (void)state;
    assert_heard_only("weight: 3", "weight: three", "19: expected a whole number\n");
    assert_heard_only("weight: 3", "weight: \"3\"", "19: expected a whole number\n");
    assert_heard_only("weight: 3", "weight: 12", "19: questions[0].weight: expected a weight of 1 to 9\n");
    assert_heard_only(
        "kind: maturity", "kind: ripeness",
        "18: expected one of maturity, percentage, number, yes_partly_no, choices, ladder, euros, free_text\n");
    assert_heard_only("na_allowed: true", "na_allowed: yes", "30: expected true or false\n");
    assert_heard_only("        scale: policy\n", "        scale: Policy\n",
                      "22: questions[0].scale: expected the id of one of the scales\n");
    assert_heard_only("{nl: V, en: Q}", "{nl: V}", "23: the key 'en' is missing\n");
    assert_heard_only("        weight: 3\n", "        weight: 3\n        weight: 3\n",
                      "20: the key 'weight' stands here twice; expected it once\n");
    assert_heard_only("to: S1.2", "to: S1.9", "40: links[0].to: expected the id of one of the questions\n");
    assert_heard_only("nl: afval", "nl: \"\\x07\"",
                      "32: expected text without control characters\n"
                      "32: questions[1].options[0].text: expected a text in nl and in en, each 1 to "
                      "4000 bytes without control characters\n");
    assert_heard_only("{nl: A, en: A}\n      - id", "A\n      - id", "24: expected a map with nl, en\n");
}

static void reports_every_mistake(void **state)
{
    struct heard heard;

    (void)state;
    change("version: 1\n", "version: x\ncolour: blue\nthemas: []\n", &heard);
    assert_int_equal(heard.count, 3);
    assert_non_null(strstr(heard.text, "2: expected a whole number\n"));
    assert_non_null(strstr(heard.text, "3: the key 'colour' is unknown here; expected name, version, title, levels"));
    assert_non_null(strstr(heard.text, "4: the key 'themas' is unknown here"));
    change("        kind: maturity\n        weight: 3\n        audience: executive\n        focal_point: HH\n",
           "        kind: [maturity]\n        weight: -1\n        audience: mayor\n        focal_point: XX\n", &heard);
    assert_int_equal(heard.count, 4);
    assert_non_null(strstr(heard.text, "18: expected one of maturity"));
    assert_non_null(strstr(heard.text, "19: expected a whole number\n"));
    assert_non_null(strstr(heard.text, "20: questions[0].audience: expected buyer, policy_officer"));
    assert_non_null(strstr(heard.text, "21: questions[0].focal_point: expected"));
}

/* An unknown kind hides nothing else of its question, and a misspelt key is one mistake. */
static void reports_none_less_and_none_twice(void **state)
{
    struct heard heard;

    (void)state;
    change("        kind: maturity\n        weight: 3\n        audience: executive\n        focal_point: HH\n        "
           "scale: "
           "policy\n",
           "        kind: maturty\n        weight: 99\n        audience: executive\n        scale: foo\n", &heard);
    assert_int_equal(heard.count, 3);
    assert_non_null(strstr(heard.text, "18: expected one of maturity"));
    assert_non_null(strstr(heard.text, "19: questions[0].weight: expected a weight of 1 to 9\n"));
    assert_non_null(strstr(heard.text, "21: questions[0].scale: expected the id of one of the scales\n"));
    change("weight: 3", "weigth: 3", &heard);
    assert_int_equal(heard.count, 1);
    assert_non_null(strstr(heard.text, "19: the key 'weigth' is unknown here"));
    change("weight: 3", "colour: 3", &heard);
    assert_int_equal(heard.count, 2);
}

static void stands_a_doubled_list(void **state)
{
    (void)state;
    assert_heard_only("links:\n", "focal_points: []\nlinks:\n",
                      "39: the key 'focal_points' stands here twice; expected it once\n"
                      "21: questions[0].focal_point: expected the id of one of the focal points, or none\n");
    assert_heard("links:\n", "levels: [{id: a}]\nlevels: [{id: b}, {id: c}, {id: d}]\nlinks:\n", "stands here twice");
}

static void refuses_what_expands_or_is_no_yaml(void **state)
{
    (void)state;
    assert_heard("name: sample", "name: &x sample", "1: expected no anchor");
    assert_heard("name: sample", "name: *x", "1: expected no alias");
    assert_heard("name: sample", "name: !!str sample", "1: expected no tag");
    assert_heard("version: 1", "version: [1", "this is no YAML");
    assert_heard("version: 1", "? [a, b]\n: 1", "2: expected a key that is a text");
    assert_heard("version: 1", "x: [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]", "2: expected at most 12 levels");
    assert_heard("links:\n", "---\nlinks:\n", "39: expected one document");
    assert_heard("title: {nl: Voorbeeld, en: Sample}", "title: Sample", "3: expected a map with nl, en");
    assert_heard("levels:\n  - {id: strategic", "levels:\n    {id: strategic", "5: expected a list");
}

static void refuses_an_empty_file_and_other_shapes(void **state)
{
    static const char *const wrong[] = { "", "# nothing\n", "- a\n- b\n", "text\n", "\xff\xfe", "a: b\0c" };
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Questionnaire *message = NULL;
    struct heard heard;

    (void)state;
    assert_int_equal(arena_new(&arena, QUESTIONNAIRE_YAML_ARENA), 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(parse(wrong[i], strlen(wrong[i]), arena, &message, &heard), QUESTIONNAIRE_YAML_INVALID);
        assert_true(heard.count > 0);
    }
    assert_int_equal(parse("", 0, arena, &message, &heard), QUESTIONNAIRE_YAML_INVALID);
}

static void says_that_there_is_no_file(void **state)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Questionnaire *message = NULL;

    (void)state;
    assert_int_equal(arena_new(&arena, 1024), 0);
    assert_int_equal(questionnaire_yaml_read("/nonexistent.yaml", arena, &message, hear, NULL), -FAULT_MISSING);
}

/* At any limit it is read, or refused as too complex; never half. */
static void stands_a_full_arena(void **state)
{
    bool refused = false, read = false;

    (void)state;
    for (size_t limit = 512; limit < 32 * 1024; limit += 256) {
        CLEANUP(arena_free) struct arena *arena = NULL;
        Ci__Questionnaire *message = NULL;
        struct heard heard;

        assert_int_equal(arena_new(&arena, limit), 0);
        int r = parse(sound, strlen(sound), arena, &message, &heard);
        assert_true(r == 0 || r == -FAULT_MEMORY);
        assert_int_equal(heard.count, 0);
        refused |= r != 0;
        read |= r == 0;
    }
    assert_true(refused && read);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_sound_file),
        cmocka_unit_test(reports_one_mistake_once_at_its_line),
        cmocka_unit_test(reports_every_mistake),
        cmocka_unit_test(reports_none_less_and_none_twice),
        cmocka_unit_test(stands_a_doubled_list),
        cmocka_unit_test(refuses_what_expands_or_is_no_yaml),
        cmocka_unit_test(refuses_an_empty_file_and_other_shapes),
        cmocka_unit_test(says_that_there_is_no_file),
        cmocka_unit_test(stands_a_full_arena),
    };

    return RUN_UNIT("questionnaire_yaml", tests);
}
