/* unit.language: which language this person reads. */
#include "common/format/language.h"

#include <stdlib.h>

#include "tests/support/unit.h"

static enum language with(const char *ours, const char *all, const char *messages, const char *lang)
{
    const char *const names[] = { "CIMONITOR_LANG", "LC_ALL", "LC_MESSAGES", "LANG" };
    const char *const values[] = { ours, all, messages, lang };

    for (size_t i = 0; i < 4; i++)
        if (values[i])
            setenv(names[i], values[i], 1);
        else
            unsetenv(names[i]);
    return language_from_environment();
}

static void listens_to_our_own_word_first(void **state)
{
    (void)state;
    assert_int_equal(with("en", "nl_NL.UTF-8", NULL, NULL), LANGUAGE_EN);
    assert_int_equal(with("nl", "en_GB.UTF-8", NULL, "en_GB.UTF-8"), LANGUAGE_NL);
    assert_int_equal(with("fr", "en_GB.UTF-8", NULL, NULL), LANGUAGE_EN);
}

static void takes_the_first_locale_that_is_set(void **state)
{
    (void)state;
    assert_int_equal(with(NULL, NULL, NULL, NULL), LANGUAGE_NL);
    assert_int_equal(with(NULL, NULL, NULL, "C"), LANGUAGE_NL);
    assert_int_equal(with(NULL, NULL, NULL, "en_US.UTF-8"), LANGUAGE_EN);
    assert_int_equal(with(NULL, "", "nl_NL", "en_US"), LANGUAGE_NL);
    assert_int_equal(with(NULL, "en_US", "nl_NL", "nl_NL"), LANGUAGE_EN);
}

static void falls_back_on_the_other_language(void **state)
{
    char nl[] = "gemeente", empty[] = "";
    Ci__Text text = CI__TEXT__INIT;

    (void)state;
    text.nl = nl;
    text.en = empty;
    assert_string_equal(text_in(&text, LANGUAGE_EN), "gemeente");
    assert_string_equal(text_in(NULL, LANGUAGE_NL), "");
    assert_string_equal(say(LANGUAGE_EN, "ja", "yes"), "yes");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(listens_to_our_own_word_first),
        cmocka_unit_test(takes_the_first_locale_that_is_set),
        cmocka_unit_test(falls_back_on_the_other_language),
    };

    return RUN_UNIT("language", tests);
}
