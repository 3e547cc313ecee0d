/*
 * check.c: the end of a process that found itself wrong. Any thread.
 */
#include "common/base/check.h"

#include <stdio.h>
#include <stdlib.h>

void check_failed(const char *fact, const char *file, int line)
{
    fprintf(stderr, "%s:%d: this must hold and does not: %s. This is a mistake in the program; please report it.\n",
            file, line, fact);
    abort();
}
