#include "client/commands/columns.h"

#include <string.h>

#include "tests/unit/client/commands/printed.h"

static struct arena *arena;
static struct columns columns;

static int open_all(void **state)
{
    return printed_open(state) == 0 ? arena_new(&arena, 1024 * 1024) : -1;
}

static int close_all(void **state)
{
    arena_free(arena);
    return printed_close(state);
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

static void goes_on_below_where_a_cell_is_wider_than_its_column(void **state)
{
    (void)state;
    columns_init(&columns, arena, 3);
    columns.width_max[0] = 10;
    columns_row(&columns, (const char *const[]){ "  één twee drie", "1", "a" });
    columns_row(&columns, (const char *const[]){ "kort", "22", "b" });
    columns_print(&columns, out);
    prints("  één twee  1   a\n"
           "    drie\n"
           "kort        22  b\n");
}

static void breaks_a_word_only_where_its_column_would(void **state)
{
    (void)state;
    columns_init(&columns, arena, 2);
    columns.width_max[0] = 5;
    columns_row(&columns, (const char *const[]){ "vijf!", "a" });
    columns_row(&columns, (const char *const[]){ "éééééééé", "b" });
    columns_row(&columns, (const char *const[]){ "循環循環", "c" });
    columns_print(&columns, out);
    prints("vijf!  a\n"
           "ééééé  b\n"
           "ééé\n"
           "循環   c\n"
           "循環\n");
}

static void makes_room_on_a_narrow_screen_by_what_may_wrap(void **state)
{
    (void)state;
    columns_init(&columns, arena, 2);
    columns.width_max[0] = 60;
    columns.screen = 30;
    columns_row(&columns, (const char *const[]){ "een lange naam die niet op de regel past", "achteraan" });
    columns_print(&columns, out);
    prints("een lange naam die   achteraan\n"
           "niet op de regel\n"
           "past\n");
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

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(aligns_what_is_not_ascii, open_all, close_all),
        cmocka_unit_test_setup_teardown(aligns_numbers_to_the_right, open_all, close_all),
        cmocka_unit_test_setup_teardown(goes_on_below_where_a_cell_is_wider_than_its_column, open_all, close_all),
        cmocka_unit_test_setup_teardown(breaks_a_word_only_where_its_column_would, open_all, close_all),
        cmocka_unit_test_setup_teardown(makes_room_on_a_narrow_screen_by_what_may_wrap, open_all, close_all),
        cmocka_unit_test_setup_teardown(keeps_a_copy_of_each_cell, open_all, close_all),
        cmocka_unit_test_setup_teardown(fills_a_bar_in_proportion, open_all, close_all),
    };

    return RUN_UNIT("client.commands.columns", tests);
}
