/* mark.c: a view is trusted after a clean stop, and after a killed program as long as the machine has not restarted. */
#include "server/ledger/mark.h"

#include <string.h>
#include <sys/stat.h>

#include "tests/support/folder.h"
#include "tests/support/unit.h"

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    folder_make(state);
    assert_int_equal(mkdir(in_folder("view"), 0700), 0);
    write_text(in_folder("view/data.mdb"), "a view");
    return 0;
}

/* The mark, with one hexadecimal digit of `field` another one. */
static void change(const char *field)
{
    char text[256] = "", *at;
    FILE *file = fopen(in_folder("view.mark"), "r");

    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    at = strstr(text, field);
    assert_non_null(at);
    at += strlen(field);
    *at = *at == '1' ? '2' : '1';
    write_text(in_folder("view.mark"), text);
}

static void a_view_without_a_mark_is_not_trusted(void **state)
{
    (void)state;
    assert_false(mark_is_trusted(folder));
}

static void an_open_one_is_trusted_until_the_machine_restarts(void **state)
{
    (void)state;
    assert_int_equal(mark_write(folder, false, 0), 0);
    assert_true(mark_is_trusted(folder));
    change("boot=");
    assert_false(mark_is_trusted(folder));
}

static void a_clean_one_is_trusted_after_any_boot(void **state)
{
    (void)state;
    assert_int_equal(mark_write(folder, true, 7), 0);
    assert_true(mark_is_trusted(folder));
    write_text(in_folder("another"), "a view from a backup");
    assert_int_equal(rename(in_folder("another"), in_folder("view/data.mdb")), 0);
    assert_false(mark_is_trusted(folder));
}

static void after_a_clean_stop_it_is_known_where_the_journal_ended(void **state)
{
    (void)state;
    assert_int_equal(mark_position(folder), 0);
    assert_int_equal(mark_write(folder, true, 597), 0);
    assert_int_equal(mark_position(folder), 597);
    assert_int_equal(mark_write(folder, false, 0), 0);
    assert_int_equal(mark_position(folder), 0);
}

static void another_layout_or_another_file_is_not_trusted(void **state)
{
    static const char *const fields[] = { "layout=", "inode=" };

    (void)state;
    for (int clean = 0; clean <= 1; clean++)
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
            assert_int_equal(mark_write(folder, clean, 7), 0);
            assert_true(mark_is_trusted(folder));
            change(fields[i]);
            assert_false(mark_is_trusted(folder));
        }
}

int main(void)
{
#define MARK_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, folder_remove)
    static const struct CMUnitTest tests[] = {
        MARK_TEST(a_view_without_a_mark_is_not_trusted),
        MARK_TEST(an_open_one_is_trusted_until_the_machine_restarts),
        MARK_TEST(a_clean_one_is_trusted_after_any_boot),
        MARK_TEST(after_a_clean_stop_it_is_known_where_the_journal_ended),
        MARK_TEST(another_layout_or_another_file_is_not_trusted),
    };

    return RUN_UNIT("server.ledger.mark", tests);
}
