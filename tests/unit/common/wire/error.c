#include "common/wire/error.h"

#include <string.h>

#include "tests/support/unit.h"

static void says_what_and_in_detail(void **state)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Error *error;

    (void)state;
    assert_int_equal(arena_new(&arena, 4096), 0);
    error = error_new(arena, ERROR_BUSY, NULL, "Twice.");
    assert_int_equal(error->code, 41);
    assert_string_equal(error->name, "busy");
    assert_true(error->retry);
    assert_string_equal(error->text->nl, error_row(ERROR_BUSY)->nl);
    assert_non_null(strstr(error->text->en, " Twice."));
    assert_null(error_row(0));
}

static void can_be_said_when_the_arena_is_full(void **state)
{
    CLEANUP(arena_free) struct arena *arena = NULL;

    (void)state;
    assert_int_equal(arena_new(&arena, 0), 0);
    assert_int_equal(error_new(arena, ERROR_STALE, "x", "x")->code, ERROR_STALE);
    assert_string_equal(error_new(arena, ERROR_STALE, "x", "x")->text->en, error_row(ERROR_STALE)->en);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_and_in_detail),
        cmocka_unit_test(can_be_said_when_the_arena_is_full),
    };

    return RUN_UNIT("error", tests);
}
