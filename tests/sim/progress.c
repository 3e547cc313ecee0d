/*
 * progress.c: a page of shared memory, and the end of a run that found something.
 */
#include "tests/sim/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/check.h"
#include "tests/sim/world.h"

static struct progress *mine;

struct progress *progress_make(void)
{
    struct progress *progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    CHECK(progress != MAP_FAILED);
    return progress;
}

void progress_use(struct progress *progress)
{
    mine = progress;
}

struct progress *progress_mine(void)
{
    return mine;
}

void progress_note(size_t step, const char *deed)
{
    mine->step = step;
    snprintf(mine->deed, sizeof mine->deed, "%s", deed);
}

void violated(int invariant, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(mine->text, sizeof mine->text, format, arguments);
    va_end(arguments);
    mine->invariant = invariant;
    fprintf(stderr, "invariant %d: %s\n", invariant, mine->text); /* heard where the run is not silent */
    fflush(stdout);
    _exit(3);
}
