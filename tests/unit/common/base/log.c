#include "common/base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/unit.h"

/* What `write_lines` puts on standard error. */
static void capture(char *out, size_t size, void (*write_lines)(void))
{
    FILE *file = tmpfile();
    int kept = dup(STDERR_FILENO);

    assert_non_null(file);
    dup2(fileno(file), STDERR_FILENO);
    write_lines();
    dup2(kept, STDERR_FILENO);
    close(kept);
    rewind(file);
    out[fread(out, 1, size - 1, file)] = '\0';
    fclose(file);
}

static void one_event(void)
{
    LOG_EVENT(LOG_INFO, "push.accepted", TEXT("install", "3f"), U64("edits", 3), I64("delta", -4));
}

static void an_event_is_one_line(void **state)
{
    char line[512];

    (void)state;
    capture(line, sizeof line, one_event);
    assert_string_equal(strchr(line, ' '), " info push.accepted install=\"3f\" edits=3 delta=-4\n");
}

static void hostile_text(void)
{
    LOG_EVENT(LOG_INFO, "x.y", TEXT("a", "1\n2\x1b[31m\"\\"), TEXT("b", "\xc2\x9b"), TEXT("c", "één"), TEXT("d", NULL));
}

static void text_cannot_end_the_line(void **state)
{
    char line[512];

    (void)state;
    capture(line, sizeof line, hostile_text);
    assert_string_equal(strchr(line, ' '),
                        " info x.y a=\"1\\x0a2\\x1b[31m\\\"\\\\\" b=\"\\xc2\\x9b\" c=\"één\" d=\"\"\n");
}

static void long_text(void)
{
    char text[5000];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memcpy(text + 255, "é", 2);
    LOG_EVENT(LOG_INFO, "x.y", TEXT("a", text));
}

static void text_is_cut_between_characters(void **state)
{
    char line[6000];

    (void)state;
    capture(line, sizeof line, long_text);
    assert_int_equal(strlen(strchr(line, '=')), 1 + 1 + 255 + 1 + 1);
}

static void a_debug_line(void)
{
    LOG_EVENT(LOG_DEBUG, "x.y", U64("a", 1));
}

static void levels_below_are_silent(void **state)
{
    char line[100];

    (void)state;
    capture(line, sizeof line, a_debug_line);
    assert_string_equal(line, "");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_one_line),
        cmocka_unit_test(text_cannot_end_the_line),
        cmocka_unit_test(text_is_cut_between_characters),
        cmocka_unit_test(levels_below_are_silent),
    };

    return RUN_UNIT("log", tests);
}
