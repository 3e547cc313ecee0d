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
        fprintf(stderr, say(command->language, "\rdeel %zu van %zu%s", "\rpart %zu of %zu%s"), letters, of,
                letters == of ? "\n" : "");
}

/* By why the server went on with it no further. What a courier is to do with the answer is said in it, or after it. */
static const struct {
    const char *name, *nl, *en;
} ends[] = {
    [CI__CARRIED__WHY__ANSWER_FIRST] = { "answer_first",
                                         "De server wil dat de afzender eerst dit antwoord inleest, en dan een nieuw "
                                         "bestand maakt.",
                                         "The server wants the sender to take this answer in first, and then to make "
                                         "a new file." },
    [CI__CARRIED__WHY__CLONED] = { "cloned",
                                   "Er is niets aangenomen: het programma van de afzender is gekopieerd of teruggezet, "
                                   "en de server kent al ander werk onder dezelfde nummers. Er gaat niets verloren. "
                                   "Stuur het antwoord terug; daarna komt een nieuw bestand, onder een nieuw nummer.",
                                   "Nothing was taken: the sender's install was copied or restored, and the server "
                                   "knows other work under the same numbers. Nothing is lost. Send the answer back; "
                                   "then a new file will come, under a new number." },
    [CI__CARRIED__WHY__OLDER] = { "older",
                                  "Dit bestand is ouder dan een dat al gegeven is: het nieuwste telt, en niets van dit "
                                  "bestand ontbreekt. U hoeft niets te doen. Heeft de afzender geen nieuwer gemaakt, "
                                  "stuur dan het antwoord terug.",
                                  "This file is older than one that was given already: the newest counts, and nothing "
                                  "of this file is missing. There is nothing to do. If the sender has made no newer "
                                  "one, send the answer back." },
    [CI__CARRIED__WHY__REVOKED] = { "revoked",
                                    "Er is niets aangenomen: de toegang van de afzender is ingetrokken. Het antwoord "
                                    "zegt het de afzender, die zich tot het programmateam kan wenden. Was het niet de "
                                    "bedoeling, nodig de afzender dan opnieuw uit: cimonitor invite",
                                    "Nothing was taken: the sender's access was revoked. The answer says so to the "
                                    "sender, who can turn to the central team. If it was not meant, invite the sender "
                                    "anew: cimonitor invite" },
};

static bool is_known(Ci__Carried__Why why)
{
    return why >= 0 && (size_t)why < sizeof ends / sizeof ends[0] && ends[why].name;
}

static void print_end(const struct command_context *context, Ci__Carried__Why why)
{
    const char *nl = ends[is_known(why) ? why : CI__CARRIED__WHY__ANSWER_FIRST].nl;
    const char *en = ends[is_known(why) ? why : CI__CARRIED__WHY__ANSWER_FIRST].en;

    tell_line(say(context->language, nl, en));
}

static const char *area_text(const struct command_context *context, const struct courier_report *report)
{
    return report->municipality[0] ? area_with_code(context, report->municipality) : "";
}

/* Who it is of; and, unless all that was in it is what the server wants none of, that it was given. */
static void print_given(const struct command_context *context, const struct courier_report *report)
{
    bool refused = report->ended && report->why != CI__CARRIED__WHY__ANSWER_FIRST;

    tell(refused ? say(context->language, "Van %s%s%s.\n", "By %s%s%s.\n")
                 : say(context->language, "Aan de server gegeven, van %s%s%s (wijzigingen: %" PRIu64 ").\n",
                       "Given to the server, by %s%s%s (edits: %" PRIu64 ").\n"),
         person_name(context, report->person), report->municipality[0] ? ", " : "", area_text(context, report),
         report->edits);
    if (report->ended)
        print_end(context, report->why);
}

static int print_json(const struct command_context *context, const struct courier_report *report, const char *reply)
{
    command_print_json(json_pack("{s:s, s:s, s:I, s:I, s:b, s:s?, s:s}", "person", report->person, "municipality",
                                 report->municipality, "edits", (json_int_t)report->edits, "letters",
                                 (json_int_t)report->letters, "ended", report->ended, "why",
                                 report->ended && is_known(report->why) ? ends[report->why].name : NULL, "reply",
                                 command_harmless(context, reply)));
    return EXIT_DONE;
}

static int print_carried(const struct command_context *context, const struct courier_report *report, const char *reply)
{
    if (context->json)
        return print_json(context, report, reply);
    print_given(context, report);
    if (report->ended && report->why == CI__CARRIED__WHY__OLDER)
        tell(say(context->language, "Het antwoord staat in %s.\n", "The answer is in %s.\n"), reply);
    else
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
