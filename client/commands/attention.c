/*
 * attention.c: `cimonitor attention`: all that `status` counts as asking for somebody: what the server refused or took too
 * late, why, and what can be done about it; answers that stand side by side; an access that was taken away. An entry goes
 * by itself once a later edit of its author on the same was accepted; or its author says that it is done with.
 */
#include "client/commands/attention.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/commands/columns.h"
#include "client/commands/conflicts.h"
#include "client/commands/names.h"
#include "client/commands/run.h"
#include "common/wire/error.h"

/* ---- what to do ---- */

struct advice {
    uint32_t code;
    bool again; /* the command that says it again comes behind it */
    const char *nl, *en;
};

static const struct advice advices[] = {
    { ERROR_INVALID, true, "Zeg het opnieuw, met wat wel past:", "Say it again, with what does fit:" },
    { ERROR_NO_RIGHT, true,
      "Vraag iemand die het wel mag, of vraag het programmateam om een andere rol en zeg het opnieuw:",
      "Ask somebody who may, or ask the central team for another role and say it again:" },
    { ERROR_UNKNOWN_QUESTION, true, "Haal eerst de vragenlijst op (cimonitor sync), en zeg het dan opnieuw:",
      "Fetch the questionnaire first (cimonitor sync), then say it again:" },
    { ERROR_UNKNOWN_VERSION, true, "Haal eerst de vragenlijst op (cimonitor sync), en zeg het dan opnieuw:",
      "Fetch the questionnaire first (cimonitor sync), then say it again:" },
    { ERROR_ROUND_CLOSED, false,
      "De server bewaart dit, maar telt het niet. Deze melding gaat weg zodra het programmateam het toelaat.",
      "The server keeps this, but does not count it. This entry goes once the central team admits it." },
    { ERROR_ROUND_NOT_OPEN, true, "Wacht tot de ronde open is (cimonitor sync), en zeg het dan opnieuw:",
      "Wait until the round is open (cimonitor sync), then say it again:" },
    { ERROR_STALE, true, "Kijk eerst wat er nu staat (cimonitor sync), en zeg het zo nodig opnieuw:",
      "Look first at what stands now (cimonitor sync), and say it again where needed:" },
    { ERROR_TOO_MANY_RIVALS, true, "Kies eerst één van de antwoorden (cimonitor conflicts), en zeg het dan opnieuw:",
      "First choose one of the answers (cimonitor conflicts), then say it again:" },
    { ERROR_DIGEST_DIFFERS, true, "Haal op wat anderen veranderden (cimonitor sync), kijk het na, en dien opnieuw in:",
      "Fetch what others changed (cimonitor sync), look at it, and submit again:" },
    { ERROR_CONFLICTS_OPEN, true,
      "Haal op wat anderen zeiden (cimonitor sync), kies (cimonitor conflicts), en dien dan in:",
      "Fetch what others said (cimonitor sync), choose (cimonitor conflicts), and then submit:" },
    { ERROR_WRONG_STATE, false, "Iemand was u voor: kijk hoe het nu staat (cimonitor sync, cimonitor status).",
      "Somebody was before you: look how it stands now (cimonitor sync, cimonitor status)." },
};

/* The command that would say it again. */
static const char *again(const struct command_context *context, const char *key)
{
    struct record_key parsed;

    if (!record_key_parse(key, &parsed))
        return "cimonitor help";
    if (strcmp(parsed.kind, "answer") == 0)
        return arena_format(context->arena, "cimonitor answer %s %s %s", parsed.first, parsed.second,
                            say(context->language, "WAARDE", "VALUE"));
    if (strcmp(parsed.kind, "submission") == 0)
        return arena_format(context->arena, "cimonitor submit %s", parsed.first);
    if (strcmp(parsed.kind, "questionnaire") == 0)
        return "cimonitor publish";
    if (strcmp(parsed.kind, "admission") == 0)
        return "cimonitor late --admit";
    return strcmp(parsed.kind, "revocation") == 0 ? "cimonitor revoke" : "cimonitor round";
}

static const char *what_to_do(const struct command_context *context, const Ci__Edit *edit, const Ci__Error *error)
{
    const char *text = NULL;

    for (size_t i = 0; !text && i < sizeof advices / sizeof advices[0]; i++)
        if (advices[i].code == error->code)
            text = arena_format(context->arena, "%s%s%s", say(context->language, advices[i].nl, advices[i].en),
                                advices[i].again ? " " : "", advices[i].again ? again(context, edit->key) : "");
    return text ? text
                : say(context->language, "Vraag het programmateam, en noem deze melding.",
                      "Ask the central team, and name this entry.");
}

/* ---- showing ---- */

struct tray {
    struct edit_reader reader;
    json_t *array; /* NULL where it is printed for people */
};

static int add_json(struct tray *tray, uint64_t number, const Ci__Edit *edit, const Ci__Error *error)
{
    const struct command_context *context = tray->reader.context;
    json_t *object = edit_json(&tray->reader, edit);
    json_t *entry =
        json_pack("{s:I, s:s, s:s, s:b, s:s, s:s, s:s}", "number", (json_int_t)number, "dossier", edit->dossier, "key",
                  edit->key, "late", (int)(error->code == ERROR_ROUND_CLOSED), "error", error->name, "text",
                  text_in(error->text, context->language), "do", what_to_do(context, edit, error));

    json_object_update(entry, object);
    json_decref(object);
    json_array_append_new(tray->array, entry);
    return 0;
}

static int print_entry(struct tray *tray, uint64_t number, const Ci__Edit *edit, const Ci__Error *error)
{
    const struct command_context *context = tray->reader.context;
    const char *words = edit_words(&tray->reader, edit), *question = edit_question(&tray->reader, edit->key);
    bool own = strcmp(edit->author, context->identity.person) == 0;

    printf("%3" PRIu64 "  %s%s%s  (%s%s%s)\n", number, edit_subject(context, edit->key), *words ? ": " : "", words,
           own ? "" : edit_author(context, edit), own ? "" : ", ", moment(context, edit->written_ms));
    if (question)
        print_paragraph(stdout, question, 5);
    print_paragraph(stdout,
                    arena_format(context->arena, "%s %s", say(context->language, "Waarom:", "Why:"),
                                 text_in(error->text, context->language)),
                    5);
    print_paragraph(stdout,
                    arena_format(context->arena, "%s %s",
                                 say(context->language, "Wat u kunt doen:", "What you can do:"),
                                 what_to_do(context, edit, error)),
                    5);
    return 0;
}

static int show(void *context, uint64_t number, const Ci__Edit *edit, const Ci__Error *error)
{
    struct tray *tray = context;

    return tray->array ? add_json(tray, number, edit, error) : print_entry(tray, number, edit, error);
}

static int show_all(const struct command_context *context, json_t *array)
{
    struct tray tray = { .reader = edit_reader_of(context), .array = array };
    int result = replica_each_attention(context->replica, context->arena, show, &tray);

    edit_reader_end(&tray.reader);
    return result;
}

int attention_json(const struct command_context *context, json_t *array)
{
    return show_all(context, array);
}

void attention_print_count(const struct command_context *context, uint64_t count)
{
    if (count)
        tell(say(context->language,
                 "Telt niet mee, en staat nog op deze computer: %" PRIu64
                 ". Wat, waarom en wat u kunt doen: cimonitor attention\n",
                 "Not counted, and still on this computer: %" PRIu64
                 ". What, why and what you can do: cimonitor attention\n"),
             count);
}

/* ---- answers side by side ---- */

static int add_key(void *array, const struct command_context *context, const struct conflict *conflict)
{
    (void)context;
    json_array_append_new(array, json_string(conflict->key));
    return 0;
}

static int print_name(void *given, const struct command_context *context, const struct conflict *conflict)
{
    struct edit_reader *reader = given;
    const char *question = edit_question(reader, conflict->key);

    print_paragraph(stdout,
                    arena_format(context->arena, "%s %s%s%s", conflict->parsed.first, conflict->parsed.second,
                                 question ? ": " : "", question ? question : ""),
                    5);
    return 0;
}

static int print_asking(const struct command_context *context, uint64_t asking)
{
    struct edit_reader reader = edit_reader_of(context);

    conflicts_print_asking(context, asking);
    int result = conflicts_each_asking(context, print_name, &reader);

    edit_reader_end(&reader);
    return result;
}

/* ---- the command ---- */

int attention_read(const struct command_context *context, struct attention *attention)
{
    attention->revoked = home_is_revoked(context->home);
    TRY(replica_counts(context->replica, &attention->counts));
    return conflicts_asking(context, &attention->asking);
}

int attention_status(const struct attention *attention)
{
    return attention->counts.attention || attention->asking || attention->revoked ? EXIT_ATTENTION : EXIT_DONE;
}

static void print_revoked(const struct command_context *context, uint64_t unsent)
{
    if (unsent)
        tell(say(context->language,
                 "Uw toegang is ingetrokken; %" PRIu64 " wijzigingen zijn niet verzonden. Wat u kunt doen: cimonitor "
                 "status\n",
                 "Your access was revoked; %" PRIu64 " changes were not sent. What you can do: cimonitor status\n"),
             unsent);
    else
        tell_line(say(context->language, "Uw toegang is ingetrokken. Wat u kunt doen: cimonitor status",
                      "Your access was revoked. What you can do: cimonitor status"));
}

static int print_tray(const struct command_context *context)
{
    TRY(show_all(context, NULL));
    tell_line(say(
        context->language,
        "\nEen melding gaat vanzelf weg zodra een later antwoord van u op hetzelfde is aangenomen.\n"
        "Zelf weghalen, als u er klaar mee bent (het blijft in cimonitor log): cimonitor attention --dismiss NUMMER",
        "\nAn entry goes by itself once a later answer of yours to the same was accepted.\n"
        "To take it away, once you are done with it (it stays in cimonitor log): cimonitor attention --dismiss "
        "NUMBER"));
    return 0;
}

static int print_people(const struct command_context *context, const struct attention *attention)
{
    if (attention_status(attention) == EXIT_DONE)
        tell_line(say(context->language, "Niets vraagt uw aandacht: de server nam alles aan wat u verzond.",
                      "Nothing needs your attention: the server accepted all that you sent."));
    if (attention->revoked)
        print_revoked(context, attention->counts.unsent);
    if (attention->asking)
        TRY(print_asking(context, attention->asking));
    return attention->counts.attention ? print_tray(context) : 0;
}

static int print_json(const struct command_context *context, const struct attention *attention)
{
    json_t *array = json_array(), *keys = json_array();
    int result = show_all(context, array);

    if (result == 0)
        result = conflicts_each_asking(context, add_key, keys);
    if (result == 0)
        command_print_json(json_pack("{s:O, s:I, s:O, s:I, s:b}", "attention", array, "conflicts",
                                     (json_int_t)attention->asking, "side_by_side", keys, "unsent",
                                     (json_int_t)attention->counts.unsent, "revoked", (int)attention->revoked));
    json_decref(array);
    json_decref(keys);
    return result;
}

static int dismiss(const struct command_context *context, const char *text)
{
    char *end = NULL;
    uint64_t number = *text >= '1' && *text <= '9' ? strtoull(text, &end, 10) : 0;
    struct attention left;
    int result = end && !*end ? replica_dismiss(context->replica, number) : REPLICA_NONE;

    if (result == REPLICA_NONE)
        return command_refuse(
            context, EXIT_FAILED, "unknown_number",
            arena_format(context->arena, "%s: er is geen melding met dat nummer. Zie: cimonitor attention", text),
            arena_format(context->arena, "%s: there is no entry of that number. See: cimonitor attention", text));
    if (result == 0)
        result = attention_read(context, &left);
    if (result < 0)
        return result;
    if (context->json)
        command_print_json(
            json_pack("{s:I, s:I}", "dismissed", (json_int_t)number, "left", (json_int_t)left.counts.attention));
    else
        tell(say(context->language, "Weggehaald: %" PRIu64 ". Het blijft te lezen met: cimonitor log\n",
                 "Taken away: %" PRIu64 ". It can still be read with: cimonitor log\n"),
             number);
    return attention_status(&left);
}

static int list(const struct command_context *context)
{
    struct attention attention;

    TRY(attention_read(context, &attention));
    TRY(context->json ? print_json(context, &attention) : print_people(context, &attention));
    return attention_status(&attention);
}

int run_attention(struct command_context *context, int count, char **arguments)
{
    const char *number = NULL;
    const struct command_option options[] = { { .name = "--dismiss", .value = &number } };
    int left = command_options(context, count, arguments, options, 1);

    if (left < 0)
        return EXIT_USAGE;
    if (left != 0)
        return command_usage(context,
                             say(context->language, "attention heeft geen argumenten", "attention takes no arguments"));
    int result = number ? dismiss(context, number) : list(context);

    return result < 0 ? command_fault(context, result) : result;
}
