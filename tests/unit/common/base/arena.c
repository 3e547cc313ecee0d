#include "common/base/arena.h"

#include <malloc.h>
#include <stdbool.h>
#include <string.h>

#include "tests/support/unit.h"

static void refuses_past_its_limit(void **state)
{
    CLEANUP(arena_free) struct arena *arena = NULL;

    (void)state;
    assert_int_equal(arena_new(&arena, 100), 0);
    assert_non_null(arena_alloc(arena, 64));
    assert_null(arena_alloc(arena, 64));
    assert_non_null(arena_alloc(arena, 32)); /* a refusal costs nothing */
    assert_null(arena_alloc(arena, SIZE_MAX));
}

static void gives_zeroed_aligned_memory_over_many_blocks(void **state)
{
    CLEANUP(arena_free) struct arena *arena = NULL;

    (void)state;
    assert_int_equal(arena_new(&arena, 1024 * 1024), 0);
    for (size_t size = 1; size < 3000; size += 7) {
        char *bytes = arena_alloc(arena, size);

        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(bytes[i], 0);
        memset(bytes, 0xff, size);
    }
}

static void is_zeroed_again_after_a_reset(void **state)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    char *bytes;

    (void)state;
    assert_int_equal(arena_new(&arena, 100 * 1024), 0);
    memset(arena_alloc(arena, 1000), 0xff, 1000);
    memset(arena_alloc(arena, 90 * 1024), 0xff, 90 * 1024);
    arena_reset(arena);
    assert_int_equal(arena_taken(arena), 0);
    bytes = arena_alloc(arena, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(bytes[i], 0);
    assert_non_null(arena_alloc(arena, 90 * 1024));
}

static void forgets_what_came_after_a_mark(void **state)
{
    enum { SMALL = 1000, LARGE = 90 * 1024, LIMIT = 100 * 1024 };
    CLEANUP(arena_free) struct arena *arena = NULL;

    (void)state;
    assert_int_equal(arena_new(&arena, LIMIT), 0);
    char *before = arena_string(arena, "before");
    struct arena_mark mark = arena_mark(arena);
    size_t taken = arena_taken(arena);

    for (int round = 0; round < 3; round++) {
        char *small = arena_alloc(arena, SMALL);

        for (size_t i = 0; i < SMALL; i++)
            assert_int_equal(small[i], 0);
        memset(small, 0xff, SMALL);
        assert_non_null(arena_alloc(arena, LARGE)); /* a block of its own, and no room for a second one */
        arena_rewind(arena, &mark);
        assert_int_equal(arena_taken(arena), taken);
    }
    assert_string_equal(before, "before");
    mark = arena_mark(arena);
    arena_rewind(arena, &mark); /* nothing came after it */
    assert_int_equal(arena_taken(arena), taken);
}

/* The linker puts this before the system's free, so that what is given back can be looked at. */
static const char marker[] = "a secret that stands in memory";
static bool marker_was_freed;

void __real_free(void *memory);
void __wrap_free(void *memory);
void __wrap_free(void *memory)
{
    if (memory && memmem(memory, malloc_usable_size(memory), marker, sizeof marker))
        marker_was_freed = true;
    __real_free(memory);
}

static void wipes_what_held_a_secret(void **state)
{
    enum { SECOND_BLOCK = 20 * 1024, LIMIT = 100 * 1024 };
    enum { FREED, REWOUND, RESET };
    struct arena *arena;
    (void)state;

    for (int secret = 0; secret < 2; secret++) {
        for (int how = FREED; how <= RESET; how++) {
            marker_was_freed = false;
            assert_int_equal(arena_new(&arena, LIMIT), 0);
            struct arena_mark start = arena_mark(arena);

            arena_copy(arena, marker, sizeof marker);
            memcpy(arena_alloc(arena, SECOND_BLOCK), marker, sizeof marker);
            if (secret)
                arena_keep_secret(arena);
            assert_int_equal(arena_is_secret(arena), secret);
            if (how == REWOUND)
                arena_rewind(arena, &start);
            if (how == RESET)
                arena_reset(arena);
            arena_free(arena);
            assert_int_equal(marker_was_freed, !secret);
        }
    }
}

static void copies_and_formats(void **state)
{
    CLEANUP(arena_free) struct arena *arena = NULL;

    (void)state;
    assert_int_equal(arena_new(&arena, 1024), 0);
    assert_string_equal(arena_string(arena, "Utrecht"), "Utrecht");
    assert_string_equal(arena_format(arena, "GM%04d", 344), "GM0344");
    assert_non_null(arena_copy(arena, NULL, 0));
    assert_null(arena_format(arena, "%*d", 2000, 1));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_past_its_limit),        cmocka_unit_test(gives_zeroed_aligned_memory_over_many_blocks),
        cmocka_unit_test(is_zeroed_again_after_a_reset), cmocka_unit_test(forgets_what_came_after_a_mark),
        cmocka_unit_test(wipes_what_held_a_secret),      cmocka_unit_test(copies_and_formats),
    };

    return RUN_UNIT("arena", tests);
}
