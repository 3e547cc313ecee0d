/*
 * sync.c: `cimonitor sync`: sends and fetches, and says what came of it. May be interrupted at any moment.
 */
#include "client/sync/sync.h"

#include "client/commands/follow.h"
#include "client/commands/run.h"
#include "client/commands/sync_words.h"
#include "common/base/fault.h"

static int sync_once(struct command_context *context, bool always)
{
    struct sync_progress progress = { .context = context,
                                      .always = always,
                                      .began_us = clock_monotonic_us(context->clock) };
    struct sync_report report;
    int result = sync_run(&(struct sync_options){ .home = context->home,
                                                  .replica = context->replica,
                                                  .identity = &context->identity,
                                                  .clock = context->clock,
                                                  .progress = sync_progress,
                                                  .context = &progress },
                          &report);

    sync_progress_end(&progress);
    if (result == SYNC_BUSY)
        return sync_refuse_busy(context);
    int noted = result == 0 || report.revoked ? home_set_revoked(context->home, report.revoked) : 0;

    if (report.revoked)
        return sync_refuse_revoked(context);
    if (result == 0)
        result = noted;
    return result < 0 ? command_fault(context, result) : sync_report_tell(context, &report);
}

int run_sync(struct command_context *context, int count, char **arguments)
{
    bool always = false, follows = false;
    const struct command_option options[] = {
        { .name = "--progress", .flag = &always },
        { .name = "--follow", .flag = &follows },
    };
    int left = command_options(context, count, arguments, options, 2);

    if (left < 0)
        return EXIT_USAGE;
    if (left != 0)
        return command_usage(context, say(context->language, "sync heeft geen argumenten", "sync takes no arguments"));
    return follows ? follow(context, always) : sync_once(context, always);
}
