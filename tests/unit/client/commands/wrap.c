#include "client/commands/wrap.h"

#include <string.h>

#include "tests/unit/client/commands/printed.h"

static void counts_characters_as_they_are_seen(void **state)
{
    (void)state;
    assert_int_equal(text_width(""), 0);
    assert_int_equal(text_width("inkoop"), 6);
    assert_int_equal(text_width("geëvalueerd"), 11);
    assert_int_equal(text_width("e\xcc\x88"), 1); /* e with a combining diaeresis */
    assert_int_equal(text_width("€ ≥ …"), 5);
    assert_int_equal(text_width("循環"), 4); /* two cells each */
}

static void wraps_at_spaces_within_the_width(void **state)
{
    (void)state;
    print_wrapped(out, " één twee\ndrie  vier ", 2, 10);
    prints("  één twee\n"
           "  drie\n"
           "  vier\n");
}

static void never_breaks_a_word_however_long(void **state)
{
    char word[1501], expected[1600];

    (void)state;
    memset(word, 'x', 1500);
    word[1500] = '\0';
    snprintf(expected, sizeof expected, "a\n%s\nb\n", word);
    char text[1600];

    snprintf(text, sizeof text, "a %s b", word);
    print_wrapped(out, text, 0, 20);
    prints(expected);
}

static void takes_a_break_within_a_text_for_a_space(void **state)
{
    (void)state;
    print_wrapped(out, "een\n\ntwee   drie", 0, 40);
    prints("een twee drie\n");
}

static void goes_on_below_the_text_of_a_list(void **state)
{
    char long_text[400] = "  r1  ";

    (void)state;
    for (int i = 0; i < 30; i++)
        strcat(long_text, "woord ");
    strcat(long_text, "\n  r2  kort");
    print_list(out, long_text);
    fflush(out);
    assert_memory_equal(printed, "  r1  woord woord", 17);
    assert_non_null(strstr(printed, "\n      woord"));
    assert_non_null(strstr(printed, "\n  r2  kort\n"));
}

static void breaks_a_paragraph_where_lines_would_be_hard_to_read(void **state)
{
    char text[301] = "", *end;

    (void)state;
    for (int i = 0; i < 50; i++)
        strcat(text, "woord ");
    print_paragraph(out, text, 4);
    fflush(out);
    end = strchr(printed, '\n');
    assert_non_null(end);
    assert_in_range(end - printed, SCREEN_WIDTH_MIN / 2, PARAGRAPH_WIDTH_MAX);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(counts_characters_as_they_are_seen, printed_open, printed_close),
        cmocka_unit_test_setup_teardown(wraps_at_spaces_within_the_width, printed_open, printed_close),
        cmocka_unit_test_setup_teardown(never_breaks_a_word_however_long, printed_open, printed_close),
        cmocka_unit_test_setup_teardown(takes_a_break_within_a_text_for_a_space, printed_open, printed_close),
        cmocka_unit_test_setup_teardown(goes_on_below_the_text_of_a_list, printed_open, printed_close),
        cmocka_unit_test_setup_teardown(breaks_a_paragraph_where_lines_would_be_hard_to_read, printed_open,
                                        printed_close),
    };

    return RUN_UNIT("client.commands.wrap", tests);
}
