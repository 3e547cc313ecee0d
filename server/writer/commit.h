/*
 * commit.h: one batch: decided and applied in one transaction of the view, appended to the journal with one sync,
 * committed. Writer thread only.
 */
#pragma once

#include "server/writer/queue.h"
#include "server/writer/writer.h"

/*
 * Takes requests from the front of `waiting` until the batch has no more room, and adds them to `answered`, each with its
 * answer: what it asked is on disk, or it was refused. Returns true where the view changed. Never returns where the
 * disk or the view can no longer be trusted: it logs, and ends the process for the supervisor to start it again.
 * `batch` is only room: it is too large for a stack. `*read_only` is set while there is no room for a batch.
 */
bool commit_batch(const struct writer_options *options, struct batch *batch, struct request_list *waiting,
                  struct request_list *answered, bool *read_only);
