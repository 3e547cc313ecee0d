/*
 * commit.h: one batch: decided and applied in one transaction of the view, written to the journal, committed. Writer
 * thread only.
 */
#pragma once

#include "server/writer/queue.h"
#include "server/writer/writer.h"

struct syncer;

/*
 * Takes requests from the front of `waiting` until the batch has no more room, and adds them to `answered`, each with its
 * answer, which may go out once the journal is synced (syncer.h). Returns true where the view changed. Never returns where the
 * disk or the view can no longer be trusted: it logs, and ends the process for the supervisor to start it again.
 * `syncer` hears of what was written; it may be NULL. `batch` is only room: it is too large for a stack. `*read_only` is set while there is no room for a batch.
 */
bool commit_batch(const struct writer_options *options, struct syncer *syncer, struct batch *batch,
                  struct request_list *waiting, struct request_list *answered, bool *read_only);
/* Ends the process so. */
_Noreturn void commit_stop_now(const char *event, int fault);
