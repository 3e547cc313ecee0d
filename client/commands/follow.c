/*
 * follow.c: `cimonitor sync --follow`: keeps a session, syncs when its dossiers moved or something was written here, and waits
 * out what passes. A line for each thing that happened; in --json an object a line. Main thread; a signal only sets a flag.
 */
#include "client/commands/follow.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/commands/conflicts.h"
#include "client/commands/live.h"
#include "client/commands/own_work.h"
#include "client/commands/sync_words.h"
#include "common/wire/message.h"

enum { SHOWN_ARENA = 16 * 1024 * 1024 };

/* Where nothing moves for weeks the certificate must still be renewed in time, and figures of others do move. */
static const uint64_t sync_every_us = UINT64_C(3600) * 1000 * 1000;

struct follow {
    struct command_context *context;
    struct command_context shown; /* the context with an arena of one event, for printing */
    bool always;
    uint64_t synced_us;
    uint64_t newest; /* of own edits, before the last sync: another one was written since, perhaps beside it */
    bool revoked;
};

/* ---- what is said ---- */

static int say_synced(const struct follow *follow, const struct sync_report *report)
{
    struct attention found;

    TRY(attention_read(&follow->shown, &found));
    if (follow->context->json) {
        live_json(sync_report_json(&follow->shown, report, &found), "synced");
        return 0;
    }
    if (report->engine.sent == 0 && report->engine.received == 0 && !report->engine.lost)
        return 0; /* nothing that anybody would want to know */
    live_line(&follow->shown, arena_format(follow->shown.arena,
                                           say(follow->context->language,
                                               "Verzonden %" PRIu64 ", ontvangen %" PRIu64 " (%" PRIu64 " kB).",
                                               "Sent %" PRIu64 ", received %" PRIu64 " (%" PRIu64 " kB)."),
                                           report->engine.sent, report->engine.received, report->bytes / 1000));
    if (report->engine.refused || report->engine.late || found.asking || report->engine.lost || report->engine.cloned)
        sync_report_print(&follow->shown, report, &found);
    fflush(stdout);
    return 0;
}

/* ---- what is done ---- */

static int sync_now(struct follow *follow)
{
    struct command_context *context = follow->context;
    struct sync_progress progress = { .context = context,
                                      .always = follow->always,
                                      .began_us = clock_monotonic_us(context->clock) };
    struct sync_report report;
    struct replica_counts counts;

    arena_reset(follow->shown.arena);
    TRY(replica_counts(context->replica, &counts));
    follow->newest = counts.newest;
    int result = sync_run(&(struct sync_options){ .home = context->home,
                                                  .replica = context->replica,
                                                  .identity = &context->identity,
                                                  .clock = context->clock,
                                                  .progress = sync_progress,
                                                  .context = &progress },
                          &report);

    sync_progress_end(&progress);
    follow->revoked = report.revoked;
    TRY(result);
    TRY(home_set_revoked(context->home, false));
    follow->synced_us = clock_monotonic_us(context->clock);
    TRY(say_synced(follow, &report));
    return report.held[0] ? fault_refuse(&report.held_by, report.held) : 0;
}

static void on_state(void *context, enum link_state state, int fault, uint64_t wait_ms)
{
    const struct follow *follow = context;

    live_state(&follow->shown, state, fault, wait_ms);
}

/* Subscribed first, synced then: what moves in between is told. */
static int on_now(void *context, const Ci__Subscribed *now)
{
    (void)now;
    return sync_now(context);
}

static int on_event(void *context, uint16_t type, const ProtobufCMessage *event)
{
    (void)event;
    return type == MESSAGE_MOVED_EVENT ? sync_now(context) : 0;
}

/* Something was written here by another command, or it has been long. */
static int on_tick(void *context)
{
    struct follow *follow = context;
    struct replica_counts counts;

    TRY(replica_counts(follow->context->replica, &counts));
    bool due = clock_monotonic_us(follow->context->clock) - follow->synced_us >= sync_every_us;

    return counts.newest == follow->newest && !due ? 0 : sync_now(follow);
}

/* The three counts: not sent yet, received by the server, in a backup. */
static int end(struct follow *follow)
{
    struct replica_counts counts;

    TRY(replica_counts(follow->context->replica, &counts));
    if (follow->context->json) {
        live_json(json_pack("{s:I, s:o}", "unsent", (json_int_t)counts.unsent, "own", own_work_json(&counts)), "ended");
        return EXIT_DONE;
    }
    live_line(&follow->shown, say(follow->context->language, "Gestopt.", "Stopped."));
    own_work_print(&follow->shown, &counts);
    return EXIT_DONE;
}

static int run(struct follow *follow)
{
    Ci__Subscribe subscribe = CI__SUBSCRIBE__INIT;

    subscribe.dossiers = true;
    TRY(link_run(&(struct link_options){ .home = follow->context->home,
                                         .replica = follow->context->replica,
                                         .clock = follow->context->clock,
                                         .subscribe = &subscribe,
                                         .waits_at_first = true,
                                         .end_us = UINT64_MAX,
                                         .stop = &live_stopped,
                                         .on_state = on_state,
                                         .on_now = on_now,
                                         .on_event = on_event,
                                         .on_tick = on_tick,
                                         .context = follow }));
    return end(follow);
}

/* The access of who follows may end at any request, not only in a sync. */
static bool is_revoked(const struct follow *follow)
{
    return follow->revoked || (fault_refusal() && strcmp(fault_refusal()->name, "revoked") == 0);
}

int follow(struct command_context *context, bool always)
{
    struct follow follow = { .context = context, .shown = *context, .always = always };
    int result = home_lock(context->home);

    if (result > 0)
        return sync_refuse_busy(context);
    live_signals();
    if (result == 0)
        result = arena_new(&follow.shown.arena, SHOWN_ARENA);
    if (result == 0)
        result = run(&follow);
    if (result < 0 && is_revoked(&follow)) {
        result = home_set_revoked(context->home, true);
        if (result == 0)
            result = sync_refuse_revoked(context);
    }
    if (result < 0)
        result = command_fault(context, result);
    arena_free(follow.shown.arena);
    return result;
}
