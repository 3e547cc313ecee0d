/*
 * accept.c: `cimonitor accept`: gives the server the file of somebody without a connection, and writes the answer beside it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "client/commands/bundle_words.h"
#include "client/commands/names.h"
#include "client/commands/run.h"
#include "client/commands/wrap.h"
#include "client/sync/courier.h"
#include "common/format/file.h"

enum { ACCEPT_ARENA = 4 * BUNDLE_REPLY_BYTES_MAX };

static void print_progress(void *context, size_t letters, size_t of)
{
    const struct command_context *command = context;

    if (isatty(STDERR_FILENO))
        fprintf(stderr, say(command->language, "\rbrief %zu van %zu%s", "\rletter %zu of %zu%s"), letters, of,
                letters == of ? "\n" : "");
}

static int print_carried(const struct command_context *context, const struct courier_report *report, const char *reply)
{
    const char *person;

    if (context->json) {
        command_print_json(json_pack("{s:s, s:s, s:I, s:I, s:b, s:s}", "person", report->person, "municipality",
                                     report->municipality, "edits", (json_int_t)report->edits, "letters",
                                     (json_int_t)report->letters, "ended", report->ended, "reply", reply));
        return EXIT_DONE;
    }
    person = person_name(context, report->person);
    tell(say(context->language, "Aan de server gegeven, van %s%s%s (wijzigingen: %" PRIu64 ").\n",
             "Given to the server, by %s%s%s (edits: %" PRIu64 ").\n"),
         person, report->municipality[0] ? ", " : "",
         report->municipality[0] ? area_with_code(context, report->municipality) : "", report->edits);
    if (report->ended)
        tell_line(say(context->language,
                      "De server wil dat de afzender eerst dit antwoord inleest, en dan een nieuw bestand maakt.",
                      "The server wants the sender to take this answer in first, and then to make a new file."));
    tell(say(context->language, "Het antwoord staat in %s: stuur het terug. Alleen de afzender kan het lezen.\n",
             "The answer is in %s: send it back. The sender alone can read it.\n"),
         reply);
    return EXIT_DONE;
}

static int carry(struct command_context *context, struct arena *arena, const Ci__Bundle *bundle, struct bytes *answers,
                 struct courier_report *report)
{
    CLEANUP(call_close) struct call *call = NULL;

    TRY(call_open(&call, context->home, context->replica));
    return courier_carry(
        &(struct courier_options){
            .call = call, .arena = arena, .progress = context->json ? NULL : print_progress, .context = context },
        bundle, answers, report);
}

static int accept_file(struct command_context *context, const char *path, const char *reply)
{
    CLEANUP(memory_free) char *file = NULL;
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct courier_report report;
    Ci__Bundle *bundle = NULL;
    struct bytes answers;
    size_t size = 0;
    int result = arena_new(&arena, ACCEPT_ARENA);

    if (result == 0)
        result = file_read(path, BUNDLE_FILE_BYTES_MAX, &file, &size);
    if (result == 0)
        result = courier_read(bytes_of(file, size), arena, &bundle);
    if (result > 0)
        return bundle_refuse(context, result);
    if (result == 0)
        result = carry(context, arena, bundle, &answers, &report);
    if (result == 0)
        result = file_save(reply, answers);
    return result < 0 ? command_fault(context, result) : print_carried(context, &report, reply);
}

int run_accept(struct command_context *context, int count, char **arguments)
{
    int left = command_options(context, count, arguments, NULL, 0);
    const char *reply;

    if (left < 0)
        return EXIT_USAGE;
    if (left < 1 || left > 2)
        return command_usage(context, say(context->language, "geef één bestand, en zo nodig een voor het antwoord",
                                          "give one file, and if need be one for the answer"));
    reply = left == 2 ? arguments[1] : arena_format(context->arena, "%s.reply", arguments[0]);
    if (reply && file_is_same(arguments[0], reply))
        return command_usage(context, say(context->language, "het antwoord komt in een ander bestand dan de brieven",
                                          "the answer goes into another file than the letters"));
    return reply ? accept_file(context, arguments[0], reply)
                 : command_fault(context, FAULT(FAULT_INVALID, "the name of the file is too long"));
}
