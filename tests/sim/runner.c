/*
 * runner.c: fork, run, wait.
 */
#include "tests/sim/runner.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/check.h"

enum { SECONDS_MAX = 120, STATUS_VIOLATED = 3 };

static _Noreturn void be_the_run(const struct run *run, const char *path, struct progress *progress)
{
    struct world *world = calloc(1, sizeof *world);
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    CHECK(world && nowhere >= 0);
    if (!run->says) {
        dup2(nowhere, 1);
        dup2(nowhere, 2);
    }
    alarm(SECONDS_MAX);
    progress_use(progress);
    progress_note(0, "opening");
    world->says = run->says;
    world->clocks_shifted_ms = run->clocks_shifted_ms;
    world_open(world, path, run->seed);
    schedule_run(world, run->schedule);
    progress_note(run->schedule->count, "closing");
    world_close(world);
    fflush(stdout);
    _exit(0);
}

int runner_start(const struct run *run, const char *path, struct progress *progress)
{
    pid_t child;

    memset(progress, 0, sizeof *progress);
    fflush(stdout);
    child = fork();
    CHECK(child >= 0);
    if (child == 0)
        be_the_run(run, path, progress);
    return child;
}

struct verdict runner_verdict(int status, const struct progress *progress)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return (struct verdict){ false, 0 };
    if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_VIOLATED && progress->invariant)
        return (struct verdict){ true, progress->invariant };
    return (struct verdict){ true, 0 };
}

struct verdict runner_run(const struct run *run, const char *path, struct progress *progress)
{
    pid_t child = runner_start(run, path, progress);
    int status;

    CHECK(waitpid(child, &status, 0) == child);
    return runner_verdict(status, progress);
}
