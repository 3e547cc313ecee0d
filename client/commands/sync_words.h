/*
 * sync_words.h: what a sync says, to `sync` and to `sync --follow` alike.
 */
#pragma once

#include "client/commands/attention.h"
#include "client/commands/command.h"
#include "client/sync/sync.h"

/* For sync_options.progress: from the second second on, or at once where `always`. */
struct sync_progress {
    const struct command_context *context;
    bool always;
    uint64_t began_us, drawn_us;
    bool drawn;
};
void sync_progress(void *context, const struct engine_report *report, uint64_t bytes);
void sync_progress_end(struct sync_progress *progress);

json_t *sync_report_json(const struct command_context *context, const struct sync_report *report,
                         const struct attention *found);
void sync_report_print(const struct command_context *context, const struct sync_report *report,
                       const struct attention *found);
/* Either, as was asked for, and what stands in the home now; the exit status. */
int sync_report_tell(const struct command_context *context, const struct sync_report *report);
/* Another process of this home syncs. */
int sync_refuse_busy(const struct command_context *context);
int sync_refuse_revoked(const struct command_context *context);
