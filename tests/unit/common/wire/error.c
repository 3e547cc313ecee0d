#include "common/wire/error.h"

#include <pthread.h>
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

static void *say_without_room(void *arena)
{
    return error_new(arena, ERROR_STALE, NULL, NULL);
}

/* Made by the writer, packed by a loop: it outlives the thread, and nobody writes it again. */
static void belongs_to_no_thread_when_the_arena_is_full(void **state)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    pthread_t thread;
    void *error = NULL;

    (void)state;
    assert_int_equal(arena_new(&arena, 0), 0);
    assert_int_equal(pthread_create(&thread, NULL, say_without_room, arena), 0);
    assert_int_equal(pthread_join(thread, &error), 0);
    assert_ptr_equal(error, error_new(arena, ERROR_STALE, NULL, NULL));
    assert_ptr_not_equal(error, error_new(arena, ERROR_BUSY, NULL, NULL));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_and_in_detail),
        cmocka_unit_test(can_be_said_when_the_arena_is_full),
        cmocka_unit_test(belongs_to_no_thread_when_the_arena_is_full),
    };

    return RUN_UNIT("error", tests);
}
