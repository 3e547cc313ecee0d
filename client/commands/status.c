/*
 * status.c: `cimonitor status`: who, which rounds, what was sent, what needs attention. Offline.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/commands/names.h"
#include "client/commands/roles.h"
#include "client/commands/round_list.h"
#include "client/commands/run.h"
#include "common/monitor/record_key.h"

struct attention {
    const struct command_context *context;
    json_t *array; /* NULL where it is printed for people */
};

/* What the edit was about, for people; the key where there is no word for it. */
static const char *subject(const struct command_context *context, const Ci__Edit *edit)
{
    static const struct {
        const char *kind, *nl, *en;
    } kinds[] = {
        { "answer", "antwoord ", "answer " },
        { "submission", "ingediende lijst ", "submitted list " },
        { "round", "ronde ", "round " },
        { "questionnaire", "vragenlijst ", "questionnaire " },
        { "revocation", "intrekking van ", "revocation of " },
    };
    struct record_key key;

    for (size_t i = 0; record_key_parse(edit->key, &key) && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(key.kind, kinds[i].kind) == 0)
            return arena_format(context->arena, "%s%s%s%s", say(context->language, kinds[i].nl, kinds[i].en), key.first,
                                key.second[0] ? " " : "", key.second);
    return edit->key;
}

static int show_attention(void *context, const Ci__Edit *edit, const Ci__Error *error)
{
    struct attention *attention = context;
    const char *reason = text_in(error->text, attention->context->language);

    if (attention->array)
        json_array_append_new(attention->array, json_pack("{s:s, s:s, s:I, s:s, s:s}", "dossier", edit->dossier, "key",
                                                          edit->key, "written_ms", (json_int_t)edit->written_ms,
                                                          "error", error->name, "text", reason));
    else
        printf("  %s: %s\n", subject(attention->context, edit), reason);
    return 0;
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
    command_print_json(json_pack(
        "{s:s, s:s, s:s, s:s, s:s?, s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:b, s:o}", "person", identity->person,
        "name", person_name(context, identity->person), "install", identity->install, "role", role_name(identity->role),
        "municipality", identity_municipality(identity), "server", identity->server, "certificate_ends",
        date_print(ends, identity->certificate_ends_ms), "rounds", rounds, "unsent", (json_int_t)counts->unsent,
        "received", (json_int_t)counts->received, "backed_up", (json_int_t)counts->backed_up, "conflicts",
        (json_int_t)counts->conflicts, "complete_as_of_ms", (json_int_t)counts->complete_as_of_ms, "revoked",
        home_is_revoked(context->home), "attention", attention.array));
    return 0;
}

static void print_who(const struct command_context *context)
{
    const struct identity *identity = &context->identity;
    const char *municipality = identity_municipality(identity);
    char ends[DATE_SIZE];

    printf("%s, %s", person_name(context, identity->person), role_text(identity->role, context->language));
    if (municipality)
        printf(say(context->language, " van %s", " of %s"), area_with_code(context, municipality));
    for (size_t i = 0; !municipality && i < identity->area_count; i++)
        printf("%s%s", i ? ", " : ": ", area_with_code(context, identity->areas[i]));
    printf(say(context->language, "\nServer %s; certificaat tot %s\n\n", "\nServer %s; certificate until %s\n\n"),
           identity->server, date_print(ends, identity->certificate_ends_ms));
}

static void print_counts(const struct command_context *context, const struct replica_counts *counts)
{
    printf(say(context->language,
               "\nUw werk: %" PRIu64 " nog niet verzonden, %" PRIu64 " bij de server, waarvan %" PRIu64
               " in een reservekopie.\n",
               "\nYour work: %" PRIu64 " not sent yet, %" PRIu64 " at the server, of which %" PRIu64 " in a backup.\n"),
           counts->unsent, counts->received, counts->backed_up);
    if (counts->unsent && !home_is_revoked(context->home))
        puts(say(context->language, "Versturen: cimonitor sync", "To send it: cimonitor sync"));
    if (counts->complete_as_of_ms)
        printf(say(context->language, "Van anderen is alles opgehaald tot %s.\n",
                   "Of others, all was fetched up to %s.\n"),
               moment(context, counts->complete_as_of_ms));
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

static void print_revoked(const struct command_context *context, const struct replica_counts *counts)
{
    if (!home_is_revoked(context->home))
        return;
    printf(
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
        counts->unsent);
}

static int print_people(const struct command_context *context, const struct replica_counts *counts)
{
    struct attention attention = { context, NULL };

    print_who(context);
    print_revoked(context, counts);
    int result = round_list_print(context);

    if (result < 0)
        return result;
    print_counts(context, counts);
    if (counts->attention == 0)
        return 0;
    puts(say(context->language, "Niet aangenomen door de server; het staat nog op deze computer:",
             "Not accepted by the server; it is still on this computer:"));
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
    return counts.attention || counts.conflicts || home_is_revoked(context->home) ? EXIT_ATTENTION : EXIT_DONE;
}
