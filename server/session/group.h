/*
 * group.h: the sessions of one loop, and what they share: the way back from the writer, the timers, arenas for reuse.
 *
 * Lives on its loop's thread, except where said.
 */
#pragma once

#include <uv.h>

#include "common/base/clock.h"
#include "server/session/attempts.h"
#include "server/session/limits.h"
#include "server/writer/writer.h"

/* Of the whole server: the same for every loop. Borrowed; each is safe on any thread. */
struct services {
    struct ledger *ledger;
    struct writer *writer;
    const struct clock *clock;
    struct limits *limits;
    struct attempts *attempts;
    uint64_t started_ms;
    unsigned handshake_timeout_ms, idle_timeout_ms, stall_timeout_ms;
    unsigned stranger_timeout_ms; /* of a session without a certificate */
};

struct session_group;

/* `services`: borrowed; it may be filled in until the loop runs. */
int session_group_new(struct session_group **out, uv_loop_t *loop, const struct services *services);
/* After its loop has run to its end. */
struct session_group *session_group_free(struct session_group *group);
DEFINE_CLEANUP(struct session_group, session_group_free)

/* Answers may have come back from the writer; `moved`: figures may have moved. Any thread. */
void session_group_wake(struct session_group *group, bool moved);
/* A session of this group has lost its place (limits.h). Any thread. */
void session_group_prune(struct session_group *group);
/*
 * Says goodbye to each session once what it has begun is answered; when the last is gone the group closes its handles, and
 * the loop can end.
 */
void session_group_stop(struct session_group *group);
