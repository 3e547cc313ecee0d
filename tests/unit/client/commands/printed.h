/*
 * printed.h: what is printed for people, caught as text. For one test program each.
 */
#pragma once

#include <locale.h>
#include <stdlib.h>

#include "tests/support/unit.h"

static char *printed;
static size_t printed_size;
static FILE *out;

static inline int printed_open(void **state)
{
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    out = open_memstream(&printed, &printed_size);
    return out ? 0 : -1;
}

static inline int printed_close(void **state)
{
    (void)state;
    fclose(out);
    free(printed);
    return 0;
}

static inline void prints(const char *expected)
{
    fflush(out);
    assert_string_equal(printed, expected);
    rewind(out);
}
