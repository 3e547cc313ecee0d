/*
 * bundle.c: `cimonitor bundle`: writes what is new into a sealed file for the central team, and takes the answer in.
 */
#include <inttypes.h>
#include <stdio.h>

#include "client/commands/bundle_words.h"
#include "client/commands/run.h"
#include "client/commands/sync_words.h"
#include "client/commands/wrap.h"
#include "client/sync/bundle.h"
#include "common/format/file.h"

static int print_made(const struct command_context *context, const struct bundle_made *made, const char *path)
{
    if (context->json) {
        command_print_json(json_pack("{s:s, s:I, s:I, s:I, s:b, s:b}", "file", command_harmless(context, path), "edits",
                                     (json_int_t)made->edits, "left", (json_int_t)made->left, "letters",
                                     (json_int_t)made->letters, "heals", made->heals, "replaces", made->replaces));
        return EXIT_DONE;
    }
    tell(say(context->language,
             "In %s staat nu wat nieuw is (wijzigingen: %" PRIu64 "), en wat u wilt ophalen. Stuur het aan het "
             "programmateam.\nKomt het antwoord terug: cimonitor bundle --reply BESTAND\n",
             "%s holds what is new now (edits: %" PRIu64 "), and what you want to fetch. Send it to the central "
             "team.\nWhen the answer comes back: cimonitor bundle --reply FILE\n"),
         path, made->edits);
    if (made->left)
        tell(say(context->language, "Er pasten er %" PRIu64 " niet meer bij: die gaan met het volgende bestand.\n",
                 "%" PRIu64 " did not fit: they go with the next file.\n"),
             made->left);
    if (made->replaces)
        tell_line(
            say(context->language,
                "Op het vorige bestand was nog geen antwoord; dat antwoord wordt nu niet meer ingelezen. Alles ervan "
                "staat ook in dit bestand.",
                "There was no answer to the file before yet; that answer will not be taken in any more. All of it is "
                "in this file too."));
    return EXIT_DONE;
}

static int write_bundle(struct command_context *context, const struct sync_options *options, const char *path)
{
    struct bundle_made made;

    if (home_is_revoked(context->home))
        return sync_refuse_revoked(context);
    int result = bundle_make(options, path, &made);

    if (result > 0)
        return bundle_refuse(context, result);
    return result < 0 ? command_fault(context, result) : print_made(context, &made, path);
}

static void print_next(const struct command_context *context, bool cloned)
{
    if (cloned)
        tell_line(
            say(context->language,
                "Maak een volgend bestand, waarmee het meegaat, en stuur het aan het programmateam: cimonitor "
                "bundle BESTAND",
                "Make the next file, with which it goes, and send it to the central team: cimonitor bundle FILE"));
    else
        tell_line(
            say(context->language,
                "De server kon niet alles in één keer aannemen. Maak een volgend bestand: cimonitor bundle BESTAND",
                "The server could not take all of it at once. Make the next file: cimonitor bundle FILE"));
}

/* As after a sync. */
static int print_taken(const struct command_context *context, const struct sync_report *report)
{
    int status = sync_report_tell(context, report);

    if (!context->json && !report->engine.complete && !report->held[0])
        print_next(context, report->engine.cloned);
    return status;
}

static int take_reply(struct command_context *context, const struct sync_options *options, const char *path)
{
    CLEANUP(memory_free) char *file = NULL;
    struct sync_report report = { 0 };
    size_t size = 0;
    int result = file_read(path, BUNDLE_REPLY_BYTES_MAX, &file, &size);

    if (result == 0)
        result = bundle_take(options, bytes_of(file, size), &report);
    if (result > 0)
        return bundle_refuse(context, result);
    if (report.revoked)
        return home_set_revoked(context->home, true) < 0 ? command_fault(context, result)
                                                         : sync_refuse_revoked(context);
    return result < 0 ? command_fault(context, result) : print_taken(context, &report);
}

int run_bundle(struct command_context *context, int count, char **arguments)
{
    const char *reply = NULL;
    const struct command_option options[] = { { .name = "--reply", .value = &reply } };
    const struct sync_options sync = {
        .home = context->home, .replica = context->replica, .identity = &context->identity, .clock = context->clock
    };
    int left = command_options(context, count, arguments, options, 1);

    if (left < 0)
        return EXIT_USAGE;
    if (left != (reply ? 0 : 1))
        return command_usage(context, say(context->language, "geef één bestand", "give one file"));
    return reply ? take_reply(context, &sync, reply) : write_bundle(context, &sync, arguments[0]);
}
