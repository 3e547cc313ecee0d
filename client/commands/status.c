/*
 * status.c: `cimonitor status`: who, which rounds, what was sent, what needs attention. Offline.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/commands/attention.h"
#include "client/commands/conflicts.h"
#include "client/commands/names.h"
#include "client/commands/own_work.h"
#include "client/commands/roles.h"
#include "client/commands/round_list.h"
#include "client/commands/run.h"
#include "client/commands/wrap.h"
#include "client/sync/bundle.h"
#include "common/base/fault.h"

static int print_json(const struct command_context *context, const struct attention *found, uint64_t bundle_ms)
{
    const struct replica_counts *counts = &found->counts;
    const struct identity *identity = &context->identity;
    json_t *attention = json_array();
    char ends[DATE_SIZE];
    int result = 0;
    json_t *rounds = round_list_json(context, &result);

    if (result == 0)
        result = attention_json(context, attention);
    if (result < 0) {
        json_decref(rounds);
        json_decref(attention);
        return result;
    }
    command_print_json(json_pack(
        "{s:s, s:s, s:s, s:s, s:s?, s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:o}", "person", identity->person,
        "name", person_name(context, identity->person), "install", identity->install, "role", role_name(identity->role),
        "municipality", identity_municipality(identity), "server", identity->server, "certificate_ends",
        date_print(ends, identity->certificate_ends_ms), "rounds", rounds, "unsent", (json_int_t)counts->unsent,
        "received", (json_int_t)counts->received, "backed_up", (json_int_t)counts->backed_up, "conflicts",
        (json_int_t)found->asking, "complete_as_of_ms", (json_int_t)counts->complete_as_of_ms, "bundle_awaited_ms",
        (json_int_t)bundle_ms, "revoked", (int)found->revoked, "attention", attention));
    return 0;
}

static void print_who(const struct command_context *context)
{
    const struct identity *identity = &context->identity;
    const char *municipality = identity_municipality(identity);
    char ends[DATE_SIZE];

    printf("%s, %s", person_name(context, identity->person), role_text(identity->role, context->language));
    if (municipality)
        tell(say(context->language, " van %s", " of %s"), area_with_code(context, municipality));
    for (size_t i = 0; !municipality && i < identity->area_count; i++)
        printf("%s%s", i ? ", " : ": ", area_with_code(context, identity->areas[i]));
    tell(say(context->language, "\nServer %s; certificaat tot %s\n\n", "\nServer %s; certificate until %s\n\n"),
         identity->server, date_print(ends, identity->certificate_ends_ms));
}

static void print_revoked(const struct command_context *context, uint64_t unsent)
{
    tell(
        say(context->language,
            "Uw toegang is ingetrokken: de server neemt van deze computer niets meer aan en geeft niets meer.\n"
            "Wat u verzond blijft bij uw gemeente. Wat nog niet verzonden is (%" PRIu64 ") blijft op deze computer en "
            "gaat niet mee.\n"
            "Vraag het programmateam waarom. Is alleen deze computer ingetrokken, dan krijgt u een nieuwe code: meld u "
            "ermee aan\nin deze zelfde map (cimonitor enrol CODE), en wat nog niet verzonden is gaat alsnog mee.\n\n",
            "Your access was revoked: the server takes nothing more from this computer and gives nothing more.\n"
            "What you sent stays with your municipality. What was not sent yet (%" PRIu64 ") stays on this computer "
            "and is not sent.\n"
            "Ask the central team why. If only this computer was revoked you get a new code: enrol with it in this "
            "same\n"
            "folder (cimonitor enrol CODE), and what was not sent yet goes along.\n\n"),
        unsent);
}

static int print_people(const struct command_context *context, const struct attention *found, uint64_t bundle_ms)
{
    const struct replica_counts *counts = &found->counts;

    print_who(context);
    if (found->revoked)
        print_revoked(context, counts->unsent);
    TRY(round_list_print(context));
    putchar('\n');
    own_work_print(context, counts);
    if (bundle_ms)
        tell(say(context->language, "Op het bestand van %s (cimonitor bundle) is het antwoord er nog niet.\n",
                 "The answer to the file of %s (cimonitor bundle) is not here yet.\n"),
             moment(context, bundle_ms));
    else if (counts->unsent && !found->revoked)
        tell_line(say(context->language, "Versturen: cimonitor sync", "To send it: cimonitor sync"));
    conflicts_print_asking(context, found->asking);
    attention_print_count(context, counts->attention);
    return 0;
}

int run_status(struct command_context *context, int count, char **arguments)
{
    struct attention attention;
    uint64_t bundle_ms = 0;
    int left = command_options(context, count, arguments, NULL, 0);

    if (left < 0)
        return EXIT_USAGE;
    if (left != 0)
        return command_usage(context,
                             say(context->language, "status heeft geen argumenten", "status takes no arguments"));
    int result = attention_read(context, &attention);

    if (result == 0)
        result = bundle_awaited(context->home, &bundle_ms);
    if (result == 0)
        result =
            context->json ? print_json(context, &attention, bundle_ms) : print_people(context, &attention, bundle_ms);
    return result < 0 ? command_fault(context, result) : attention_status(&attention);
}
