/* unit.csv: comma separated files. */
#include "common/format/csv.h"

#include <string.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "tests/support/unit.h"

static const char *const code_and_name[] = { "code", "name", NULL };

/* A file with that content, opened; it is gone from the folder afterwards. */
static int open_text(struct csv **out, const char *text, size_t size)
{
    char path[] = "/tmp/cimonitor-csv-XXXXXX";
    CLEANUP(fd_close) int fd = mkstemp(path);
    int r;

    CHECK(fd >= 0);
    CHECK(write(fd, text, size) == (ssize_t)size);
    r = csv_open(out, path, code_and_name);
    unlink(path);
    return r;
}

static void reads_by_the_names_of_the_columns(void **state)
{
    static const char text[] = "\xEF\xBB\xBFname,extra,code\r\n\r\n"
                               "\"Nuenen, Gerwen en Nederwetten\",,GM0820\r\n"
                               "\"a \"\"b\"\"\nc\",x,\nlast,,GM1";
    CLEANUP(csv_close) struct csv *csv = NULL;

    (void)state;
    assert_int_equal(open_text(&csv, text, sizeof text - 1), 0);
    assert_int_equal(csv_next(csv), 0);
    assert_string_equal(csv_field(csv, "code"), "GM0820");
    assert_string_equal(csv_field(csv, "name"), "Nuenen, Gerwen en Nederwetten");
    assert_string_equal(csv_field(csv, "extra"), "");
    assert_null(csv_field(csv, "nothing"));
    assert_int_equal(csv_line(csv), 3);
    assert_int_equal(csv_next(csv), 0);
    assert_string_equal(csv_field(csv, "name"), "a \"b\"\nc");
    assert_string_equal(csv_field(csv, "code"), "");
    assert_int_equal(csv_next(csv), 0);
    assert_string_equal(csv_field(csv, "code"), "GM1");
    assert_int_equal(csv_line(csv), 6);
    assert_int_equal(csv_next(csv), CSV_END);
    assert_int_equal(csv_next(csv), CSV_END);
}

/* The file is refused, with that in the sentence. */
static void assert_refused(const char *text, size_t size, const char *said)
{
    CLEANUP(csv_close) struct csv *csv = NULL;
    int r = open_text(&csv, text, size);

    while (r == 0)
        r = csv_next(csv);
    assert_int_equal(r, -FAULT_INVALID);
    if (!strstr(fault_message(), said))
        fail_msg("'%s' lacks '%s'", fault_message(), said);
}
#define REFUSES(text, said) assert_refused(text, sizeof(text) - 1, said)

static void refuses_what_is_no_such_file_and_says_the_line(void **state)
{
    (void)state;
    REFUSES("", "line 1");
    REFUSES("code\nx\n", "column name is missing");
    REFUSES("code,name,code\n", "column code is named twice");
    REFUSES("code,name\na,b\na\n", "line 3");
    REFUSES("code,name\na,b,c\n", "3 fields");
    REFUSES("code,name\n\n\n\"a,b\n", "line 4");
    REFUSES("code,name\n\"a\"b,c\n", "closing quote");
    REFUSES("code,name\na\"b,c\n", "quote stands inside");
    REFUSES("code,name\na\rb,c\n", "line 2");
    REFUSES("code,name\na,\xff\n", "UTF-8");
    REFUSES("code,name\na,b\nc,d\0e\n", "line 3");
}

static void refuses_too_many_columns(void **state)
{
    char text[2 * CSV_COLUMNS_MAX + 8];

    (void)state;
    memset(text, ',', sizeof text);
    assert_refused(text, sizeof text, "at most 64");
}

static void says_that_there_is_no_file(void **state)
{
    CLEANUP(csv_close) struct csv *csv = NULL;

    (void)state;
    assert_int_equal(csv_open(&csv, "/nonexistent/file.csv", code_and_name), -FAULT_MISSING);
    assert_int_equal(csv_open(&csv, "/tmp", code_and_name), -FAULT_INVALID);
    assert_null(csv);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_by_the_names_of_the_columns),
        cmocka_unit_test(refuses_what_is_no_such_file_and_says_the_line),
        cmocka_unit_test(refuses_too_many_columns),
        cmocka_unit_test(says_that_there_is_no_file),
    };

    return RUN_UNIT("csv", tests);
}
