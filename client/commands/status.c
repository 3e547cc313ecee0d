/*
 * status.c: `cimonitor status`: who, which rounds, what was sent, what needs attention. Offline.
 */
#include <inttypes.h>
#include <stdio.h>

#include "client/commands/roles.h"
#include "client/commands/round_list.h"
#include "client/commands/run.h"
#include "common/wire/codec.h"

struct attention {
    const struct command_context *context;
    json_t *array; /* NULL where it is printed for people */
};

static int show_attention(void *context, const Ci__Edit *edit, const Ci__Error *error)
{
    struct attention *attention = context;
    const char *reason = text_in(error->text, attention->context->language);

    if (attention->array)
        json_array_append_new(attention->array, json_pack("{s:s, s:s, s:I, s:s, s:s}", "dossier", edit->dossier, "key",
                                                          edit->key, "written_ms", (json_int_t)edit->written_ms,
                                                          "error", error->name, "text", reason));
    else
        printf("  %s %s: %s\n", edit->dossier, edit->key, reason);
    return 0;
}

/* The name of a municipality, or its code where the catalogue is not here. */
static const char *municipality_name(const struct command_context *context, const char *code)
{
    Ci__Edit *edit = NULL;
    Ci__Area *area = NULL;

    if (replica_word(context->replica, context->arena, "NL", arena_format(context->arena, "area/%s", code), &edit,
                     NULL) ||
        CODEC_UNPACK(ci__area, bytes_from(edit->value), context->arena, &area) != 0)
        return code;
    return area->name;
}

static const char *person_name(const struct command_context *context)
{
    Ci__PersonDetails *details = NULL;

    if (replica_details(context->replica, context->arena, context->identity.person, &details) != 0)
        return context->identity.person;
    return details->name;
}

static int print_json(const struct command_context *context, const struct replica_counts *counts)
{
    const struct identity *identity = &context->identity;
    struct attention attention = { context, json_array() };
    char ends[DATE_SIZE];
    int result = 0;
    json_t *rounds = round_list_json(context, &result);

    if (result == 0)
        result = replica_each_attention(context->replica, context->arena, show_attention, &attention);
    if (result < 0) {
        json_decref(rounds);
        json_decref(attention.array);
        return result;
    }
    command_print_json(json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:o}", "person",
                                 identity->person, "name", person_name(context), "install", identity->install, "role",
                                 role_name(identity->role), "municipality", identity_municipality(identity), "server",
                                 identity->server, "certificate_ends", date_print(ends, identity->certificate_ends_ms),
                                 "rounds", rounds, "unsent", (json_int_t)counts->unsent, "received",
                                 (json_int_t)counts->received, "backed_up", (json_int_t)counts->backed_up, "conflicts",
                                 (json_int_t)counts->conflicts, "complete_as_of_ms",
                                 (json_int_t)counts->complete_as_of_ms, "attention", attention.array));
    return 0;
}

static void print_who(const struct command_context *context)
{
    const struct identity *identity = &context->identity;
    const char *municipality = identity_municipality(identity);
    char ends[DATE_SIZE];

    printf("%s, %s", person_name(context), role_text(identity->role, context->language));
    if (municipality)
        printf(say(context->language, " van %s (%s)", " of %s (%s)"), municipality_name(context, municipality),
               municipality);
    for (size_t i = 0; !municipality && i < identity->area_count; i++)
        printf("%s%s", i ? ", " : ": ", identity->areas[i]);
    printf(say(context->language, "\nServer %s; certificaat tot %s\n\n", "\nServer %s; certificate until %s\n\n"),
           identity->server, date_print(ends, identity->certificate_ends_ms));
}

static void print_counts(const struct command_context *context, const struct replica_counts *counts)
{
    char as_of[TIMESTAMP_SIZE];

    printf(say(context->language,
               "\nNog niet verzonden %" PRIu64 ", ontvangen door de server %" PRIu64 ", in een back-up %" PRIu64 ".\n",
               "\nNot sent yet %" PRIu64 ", received by the server %" PRIu64 ", in a backup %" PRIu64 ".\n"),
           counts->unsent, counts->received, counts->backed_up);
    if (counts->complete_as_of_ms)
        printf(say(context->language, "Volledig tot en met %s.\n", "Complete as of %s.\n"),
               timestamp_print(as_of, counts->complete_as_of_ms));
    else
        puts(say(context->language, "Nog nooit volledig opgehaald: cimonitor sync",
                 "Never fetched to the end yet: cimonitor sync"));
    if (counts->conflicts)
        printf(say(context->language,
                   "Antwoorden die naast elkaar staan en keuze vragen: %" PRIu64
                   ". Bekijk: cimonitor questions RONDE; kies: cimonitor answer RONDE VRAAG WAARDE --resolve\n",
                   "Answers that stand side by side and ask for a choice: %" PRIu64
                   ". See: cimonitor questions ROUND; choose: cimonitor answer ROUND QUESTION VALUE --resolve\n"),
               counts->conflicts);
}

static int print_people(const struct command_context *context, const struct replica_counts *counts)
{
    struct attention attention = { context, NULL };

    print_who(context);
    int result = round_list_print(context);

    if (result < 0)
        return result;
    print_counts(context, counts);
    if (counts->attention == 0)
        return 0;
    puts(say(context->language, "Niet aangenomen door de server:", "Not accepted by the server:"));
    return replica_each_attention(context->replica, context->arena, show_attention, &attention);
}

int run_status(struct command_context *context, int count, char **arguments)
{
    struct replica_counts counts;
    int left = command_options(context, count, arguments, NULL, 0);

    if (left < 0)
        return EXIT_USAGE;
    if (left != 0)
        return command_usage(context,
                             say(context->language, "status heeft geen argumenten", "status takes no arguments"));
    int result = replica_counts(context->replica, &counts);

    if (result == 0)
        result = context->json ? print_json(context, &counts) : print_people(context, &counts);
    if (result < 0)
        return command_fault(context, result);
    return counts.attention || counts.conflicts ? EXIT_ATTENTION : EXIT_DONE;
}
