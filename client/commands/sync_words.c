/*
 * sync_words.c: what a sync says while it runs, and of what came of it: for people, and as JSON.
 */
#include "client/commands/sync_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "client/commands/conflicts.h"
#include "client/commands/own_work.h"
#include "client/commands/wrap.h"

enum { QUIET_US = 1000 * 1000, REDRAW_US = 200 * 1000 };

/* One line on standard error, over itself at a terminal. */
void sync_progress(void *context, const struct engine_report *report, uint64_t bytes)
{
    struct sync_progress *progress = context;
    uint64_t now_us = clock_monotonic_us(progress->context->clock);

    if ((!progress->always && now_us - progress->began_us < QUIET_US) || now_us - progress->drawn_us < REDRAW_US)
        return;
    progress->drawn_us = now_us;
    progress->drawn = true;
    fprintf(stderr,
            say(progress->context->language,
                "%sverzonden %" PRIu64 " (nog %" PRIu64 "), ontvangen %" PRIu64 " (nog ongeveer %" PRIu64 "), %" PRIu64
                " kB%s",
                "%ssent %" PRIu64 " (%" PRIu64 " to go), received %" PRIu64 " (about %" PRIu64 " to go), %" PRIu64
                " kB%s"),
            isatty(STDERR_FILENO) ? "\r" : "", report->sent, report->unsent, report->received, report->remaining,
            bytes / 1000, isatty(STDERR_FILENO) ? "\033[K" : "\n");
}

json_t *sync_report_json(const struct command_context *context, const struct sync_report *report,
                         const struct attention *found)
{
    const struct replica_counts *counts = &found->counts;
    const struct engine_report *engine = &report->engine;

    json_t *object = json_pack(
        "{s:I, s:I, s:I, s:b, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:I, s:I, s:b, s:b, s:b, s:I, s:s?}", "sent",
        (json_int_t)engine->sent, "healed", (json_int_t)engine->healed, "history", (json_int_t)engine->history, "lost",
        engine->lost, "received", (json_int_t)engine->received, "rivals", (json_int_t)engine->rivals, "late",
        (json_int_t)engine->late, "refused", (json_int_t)engine->refused, "unsent", (json_int_t)counts->unsent, "own",
        own_work_json(counts), "attention", (json_int_t)counts->attention, "conflicts", (json_int_t)found->asking,
        "complete_as_of_ms", (json_int_t)counts->complete_as_of_ms, "complete", engine->complete, "cloned",
        engine->cloned, "renewed", report->renewed, "bytes", (json_int_t)report->bytes, "held",
        report->held[0] ? report->held : NULL);

    if (report->held[0])
        json_object_set_new(object, "server", command_refusal_json(context, &report->held_by));
    return object;
}

/* Over a connection it goes at once; by file, with the next one. */
static void print_cloned(enum language language, uint64_t sent, uint64_t unsent)
{
    if (unsent)
        tell(say(language,
                 "Deze installatie was gekopieerd of teruggezet; wat nog niet verzonden is (%" PRIu64
                 "), gaat onder een nieuw nummer mee.\n",
                 "This install was copied or restored; what was not sent yet (%" PRIu64
                 ") will go under a new number.\n"),
             unsent);
    else if (sent)
        tell_line(say(language,
                      "Deze installatie was gekopieerd of teruggezet; uw werk is onder een nieuw nummer verzonden.",
                      "This install was copied or restored; your work was sent under a new number."));
    else
        tell_line(say(language, "Deze installatie was gekopieerd of teruggezet; zij heeft nu een nieuw nummer.",
                      "This install was copied or restored; it has a new number now."));
}

void sync_report_print(const struct command_context *context, const struct sync_report *report,
                       const struct attention *found)
{
    const struct replica_counts *counts = &found->counts;
    const struct engine_report *engine = &report->engine;
    enum language language = context->language;

    tell(say(language, "Verzonden %" PRIu64 ", ontvangen %" PRIu64 ".\n", "Sent %" PRIu64 ", received %" PRIu64 ".\n"),
         engine->sent, engine->received);
    if (engine->refused)
        tell(say(language, "Geweigerd: %" PRIu64 ".\n", "Refused: %" PRIu64 ".\n"), engine->refused);
    if (engine->late)
        tell(say(language, "Te laat (ronde gesloten), bewaard maar niet geteld: %" PRIu64 ".\n",
                 "Late (round closed), kept but not counted: %" PRIu64 ".\n"),
             engine->late);
    own_work_print(context, counts);
    conflicts_print_asking(context, found->asking);
    attention_print_count(context, counts->attention);
    if (engine->lost)
        tell(say(language,
                 "De server was teruggezet en had gegevens verloren; teruggegeven: %" PRIu64 " gegevens, %" PRIu64
                 " eerdere wijzigingen. Er gaat niets verloren.\n",
                 "The server was put back and had lost data; given back: %" PRIu64 " records, %" PRIu64
                 " earlier edits. Nothing is lost.\n"),
             engine->healed, engine->history);
    if (engine->unhealed)
        tell(say(language, "Niet teruggenomen door de server: %" PRIu64 "; zie cimonitor attention.\n",
                 "Not taken back by the server: %" PRIu64 "; see cimonitor attention.\n"),
             engine->unhealed);
    if (engine->cloned)
        print_cloned(language, engine->sent, counts->unsent);
    if (report->held[0])
        tell(say(language, "Nog niet verzonden: %" PRIu64 "; uw werk is bewaard. %s\n",
                 "Not sent yet: %" PRIu64 "; your work is safe. %s\n"),
             counts->unsent, report->held);
}

int sync_report_tell(const struct command_context *context, const struct sync_report *report)
{
    struct attention found;
    int result = attention_read(context, &found);

    if (result < 0)
        return command_fault(context, result);
    if (context->json)
        command_print_json(sync_report_json(context, report, &found));
    else
        sync_report_print(context, report, &found);
    return report->held[0] ? EXIT_OFFLINE : attention_status(&found);
}

void sync_progress_end(struct sync_progress *progress)
{
    if (progress->drawn && isatty(STDERR_FILENO))
        fputc('\n', stderr);
}

int sync_refuse_busy(const struct command_context *context)
{
    int process = home_lock_owner(context->home);

    return command_refuse(
        context, EXIT_FAILED, "busy",
        arena_format(
            context->arena,
            "Deze installatie synchroniseert al, in proces %d (of daar loopt: cimonitor sync --follow). Wacht, of "
            "stop dat eerst.",
            process),
        arena_format(
            context->arena,
            "This install is syncing already, in process %d (or a cimonitor sync --follow runs there). Wait, or "
            "stop that first.",
            process));
}

int sync_refuse_revoked(const struct command_context *context)
{
    struct replica_counts counts;
    int result = replica_counts(context->replica, &counts);

    if (result < 0)
        return command_fault(context, result);
    return command_refuse(
        context, EXIT_FAILED, "revoked",
        arena_format(context->arena,
                     "Uw toegang is ingetrokken. Er is niets verdwenen: wat nog niet verzonden is (%" PRIu64
                     "), staat op deze computer. Wat dit betekent en wat u kunt doen: cimonitor status",
                     counts.unsent),
        arena_format(context->arena,
                     "Your access was revoked. Nothing is lost: what was not sent yet (%" PRIu64
                     ") is on this computer. What this means and what you can do: cimonitor status",
                     counts.unsent));
}
