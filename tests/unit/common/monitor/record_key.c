/* unit.record_key: keys of records taken apart. */
#include "common/monitor/record_key.h"

#include <string.h>

#include "tests/support/unit.h"

static void takes_two_and_three_parts_apart(void **state)
{
    struct record_key key;

    (void)state;
    assert_true(record_key_parse("answer/2026/S1.1", &key));
    assert_string_equal(key.kind, "answer");
    assert_string_equal(key.first, "2026");
    assert_string_equal(key.second, "S1.1");
    assert_true(record_key_parse("round/2026", &key));
    assert_string_equal(key.first, "2026");
    assert_string_equal(key.second, "");
}

static void refuses_other_forms_and_leaves_the_key_alone(void **state)
{
    static const char *const wrong[] = { "",           "answer",       "answer/",     "/2026",
                                         "answer//S1", "answer/2026/", "a/b/c/d",     "answer/2 6",
                                         "answer/é",   "answer/a\n",   "answer/../x/" };
    struct record_key key = { .kind = "kept" };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(record_key_parse(wrong[i], &key));
    assert_string_equal(key.kind, "kept");
}

static void refuses_parts_that_are_too_long(void **state)
{
    char text[RECORD_KEY_MAX + 10] = "answer/";
    struct record_key key;

    (void)state;
    memset(text + 7, 'a', 39);
    assert_true(record_key_parse(text, &key));
    memset(text + 7, 'a', 40);
    assert_false(record_key_parse(text, &key));
    memset(text, 'a', sizeof text - 1);
    assert_false(record_key_parse(text, &key));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_two_and_three_parts_apart),
        cmocka_unit_test(refuses_other_forms_and_leaves_the_key_alone),
        cmocka_unit_test(refuses_parts_that_are_too_long),
    };

    return RUN_UNIT("record_key", tests);
}
