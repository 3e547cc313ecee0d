/*
 * check.h: assertions that stay on in production.
 *
 * For programmer errors only: one fact each, never on bytes from outside, never with side effects.
 */
#pragma once

#define CHECK(fact)                                  \
    do {                                             \
        if (__builtin_expect(!(fact), 0))            \
            check_failed(#fact, __FILE__, __LINE__); \
    } while (0)

/* Prints the fact and its place on standard error and aborts. */
_Noreturn void check_failed(const char *fact, const char *file, int line);
