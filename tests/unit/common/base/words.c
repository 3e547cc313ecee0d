#include "common/base/words.h"

#include <string.h>

#include "tests/support/unit.h"

static void takes_what_was_written(void **state)
{
    char text[] = "mark 12\n0aff GM0200";
    struct words words = { .rest = text };
    uint8_t bytes[2];
    char name[8];

    (void)state;
    words_expect(&words, "mark");
    assert_int_equal(words_number(&words), 12);
    words_hex(&words, bytes, 2);
    assert_memory_equal(bytes, "\x0a\xff", 2);
    assert_true(words_left(&words));
    words_name(&words, name, sizeof name);
    assert_string_equal(name, "GM0200");
    assert_false(words_left(&words));
    assert_false(words.wrong);
    assert_string_equal(words_text(&words), "");
    assert_true(words.wrong);
}

static void remembers_what_did_not_fit(void **state)
{
    static const char *const numbers[] = { "", "-1", "1x", " 1", "99999999999999999999999", "+1" };
    char name[4] = "old", longer[] = "four 5", odd[] = "a!b";
    struct words words = { .rest = longer };

    (void)state;
    words_name(&words, name, sizeof name);
    assert_true(words.wrong);
    assert_string_equal(name, "old");
    assert_int_equal(words_number(&words), 0);
    words = (struct words){ .rest = odd };
    words_name(&words, name, sizeof name);
    assert_true(words.wrong);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char text[40];

        strcpy(text, numbers[i]);
        words = (struct words){ .rest = text };
        assert_int_equal(words_number(&words), 0);
        assert_true(words.wrong);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_was_written),
        cmocka_unit_test(remembers_what_did_not_fit),
    };

    return RUN_UNIT("common.base.words", tests);
}
