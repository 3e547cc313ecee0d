/*
 * bundle.h: a sync without a connection. What a sync would ask goes into a file of sealed letters, whose answers come back in
 * another: the same requests, handlers and engine as over a connection (PROTOCOL.md section 15). Somebody of the central
 * team carries both. One thread, under the home's lock.
 *
 * Since no answer is known yet, a bundle asks what can be asked without: where an answer changes what comes next (the server
 * lost something, the install is a copy), the server takes nothing that follows it, and the next bundle begins there.
 */
#pragma once

#include "client/sync/sync.h"
#include "common/wire/limits.h"

#define BUNDLE_FORMAT       "cimonitor bundle 1"
#define BUNDLE_REPLY_FORMAT "cimonitor reply 1"

enum { BUNDLE_FILE_BYTES_MAX = BUNDLE_BYTES_MAX + 64 * 1024, BUNDLE_REPLY_BYTES_MAX = 2 * BUNDLE_FILE_BYTES_MAX };

enum bundle_outcome {
    BUNDLE_BUSY = 1,     /* another process of this home syncs */
    BUNDLE_NO_LETTERBOX, /* the server has not told what to seal letters for: sync once */
    BUNDLE_UNREADABLE,   /* no such file, or changed on its way, or not the server's */
    BUNDLE_NOT_AWAITED,  /* answers to another bundle than the newest of this home, or taken in already */
};

struct bundle_made {
    uint64_t edits, left; /* in it; those that did not fit: for the next one */
    size_t letters;
    bool heals;    /* it gives back what the server lost */
    bool replaces; /* the bundle before had no answer yet, and its answer will not be taken in any more */
};
/* Writes the file, then keeps what was asked in the home, until its answers come, or a sync. */
int bundle_make(const struct sync_options *options, const char *path, struct bundle_made *made);

/* When the bundle was made whose answer is not here yet, by this computer's clock; 0: none is waited for. */
int bundle_awaited(const struct home *home, uint64_t *made_ms);

/* Takes the answers in. The report is filled also where it ends with a fault: what was done stays done. */
int bundle_take(const struct sync_options *options, struct bytes file, struct sync_report *report);
