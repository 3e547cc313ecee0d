/*
 * sync.h: one whole sync of a home: certificate, then the engine on a session. Blocking.
 */
#pragma once

#include "client/sync/engine.h"
#include "common/base/clock.h"
#include "common/base/fault.h"

#include <stdbool.h>

enum sync_outcome { SYNC_BUSY = 1 /* another process of this home syncs */ };

struct sync_options {
    struct home *home;
    struct replica *replica;
    struct identity *identity; /* brought up to date, and remembered in the home */
    const struct clock *clock;
    /* After every answer; may be NULL. */
    void (*progress)(void *context, const struct engine_report *report, uint64_t bytes);
    void *context;
};

struct sync_report {
    struct engine_report engine;
    char held[512];               /* why sending stopped, for people; empty: it did not */
    struct fault_refusal held_by; /* the same, as the server's code */
    bool renewed;                 /* the certificate */
    bool revoked;                 /* it ended because the server calls this person's, or install's, access revoked */
    uint64_t bytes;
};

/* What the engine did, so that it outlives the engine. */
void sync_report_fill(struct sync_report *report, const struct engine *engine, uint64_t bytes);
/* Less than 30 days are left of the certificate. By the server's clock: by one that is ahead it would always be due. */
bool sync_renewal_is_due(const struct identity *identity, uint64_t server_ms);
/* The report is filled also where it ends with a fault: what was done stays done. */
int sync_run(const struct sync_options *options, struct sync_report *report);
