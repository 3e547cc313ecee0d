#include "client/commands/columns.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

static struct arena *arena;
static struct columns columns;
static char *printed;
static size_t printed_size;
static FILE *out;

static int open_all(void **state)
{
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    out = open_memstream(&printed, &printed_size);
    return arena_new(&arena, 1024 * 1024);
}

static int close_all(void **state)
{
    (void)state;
    fclose(out);
    free(printed);
    arena_free(arena);
    return 0;
}

static void prints(const char *expected)
{
    fflush(out);
    assert_string_equal(printed, expected);
    rewind(out);
}

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

static void aligns_what_is_not_ascii(void **state)
{
    (void)state;
    columns_init(&columns, arena, 2);
    columns_row(&columns, (const char *const[]){ "Súdwest-Fryslân", "1" });
    columns_row(&columns, (const char *const[]){ "Ede", "2" });
    columns_row(&columns, (const char *const[]){ NULL, "3" });
    columns_print(&columns, out);
    prints("Súdwest-Fryslân  1\n"
           "Ede              2\n"
           "                 3\n");
}

static void aligns_numbers_to_the_right(void **state)
{
    (void)state;
    columns_init(&columns, arena, 3);
    columns.right[1] = true;
    columns_row(&columns, (const char *const[]){ "a", "7", "x" });
    columns_row(&columns, (const char *const[]){ "b", "100", "y" });
    columns_row(&columns, (const char *const[]){ "c", "–", "" });
    columns_print(&columns, out);
    prints("a    7  x\n"
           "b  100  y\n"
           "c    –\n"); /* nothing behind the last that is seen */
}

static void cuts_with_an_ellipsis_between_characters(void **state)
{
    (void)state;
    columns_init(&columns, arena, 2);
    columns.width_max[0] = 5;
    columns_row(&columns, (const char *const[]){ "vijf!", "a" });
    columns_row(&columns, (const char *const[]){ "ééééééé", "b" });
    columns_row(&columns, (const char *const[]){ "循環循環", "c" });
    columns_print(&columns, out);
    prints("vijf!  a\n"
           "éééé…  b\n"
           "循環…  c\n");
}

static void keeps_a_copy_of_each_cell(void **state)
{
    char cell[] = "was";

    (void)state;
    columns_init(&columns, arena, 1);
    columns_row(&columns, (const char *const[]){ cell });
    memcpy(cell, "new", 3);
    columns_print(&columns, out);
    prints("was\n");
}

static void fills_a_bar_in_proportion(void **state)
{
    (void)state;
    assert_string_equal(bar(arena, 0), "░░░░░░░░░░░░░░░░░░░░");
    assert_string_equal(bar(arena, 50), "██████████░░░░░░░░░░");
    assert_string_equal(bar(arena, 100), "████████████████████");
}

static void wraps_at_spaces_within_the_width(void **state)
{
    (void)state;
    print_wrapped(out, " één twee\ndrie  vier ", 2, 8);
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

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(counts_characters_as_they_are_seen, open_all, close_all),
        cmocka_unit_test_setup_teardown(aligns_what_is_not_ascii, open_all, close_all),
        cmocka_unit_test_setup_teardown(aligns_numbers_to_the_right, open_all, close_all),
        cmocka_unit_test_setup_teardown(cuts_with_an_ellipsis_between_characters, open_all, close_all),
        cmocka_unit_test_setup_teardown(keeps_a_copy_of_each_cell, open_all, close_all),
        cmocka_unit_test_setup_teardown(fills_a_bar_in_proportion, open_all, close_all),
        cmocka_unit_test_setup_teardown(wraps_at_spaces_within_the_width, open_all, close_all),
        cmocka_unit_test_setup_teardown(never_breaks_a_word_however_long, open_all, close_all),
    };

    return RUN_UNIT("client.commands.columns", tests);
}
