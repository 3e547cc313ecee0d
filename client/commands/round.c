/*
 * round.c: `cimonitor round`: plans, opens, closes and releases a round: an edit of the catalogue. A state only rises.
 */
#include <stdio.h>
#include <string.h>

#include "client/commands/central.h"
#include "client/commands/roles.h"
#include "client/commands/run.h"
#include "client/commands/wrap.h"
#include "common/base/digest.h"
#include "common/base/fault.h"
#include "common/monitor/cell.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"

enum { YEAR_DIGITS = 4 };

struct wanted {
    Ci__Round__State state;
    const char *id, *questionnaire, *opens, *closes;
};

static bool read_state(const char *word, Ci__Round__State *state)
{
    static const char *const words[] = { "plan", "open", "close", "release" };

    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], word) == 0) {
            *state = (Ci__Round__State)i;
            return true;
        }
    return false;
}

static const char *problem(const struct command_context *context, const struct wanted *wanted)
{
    if (strlen(wanted->id) != YEAR_DIGITS || strspn(wanted->id, "0123456789") != YEAR_DIGITS)
        return say(context->language, "geef de ronde als jaar, zoals 2026", "give the round as a year, such as 2026");
    if ((wanted->opens && !date_is_valid(wanted->opens)) || (wanted->closes && !date_is_valid(wanted->closes)))
        return say(context->language, "geef bestaande datums, als JJJJ-MM-DD", "give dates that exist, as YYYY-MM-DD");
    return NULL;
}

/* Dates as YYYY-MM-DD: their order is that of their characters. */
static int check_dates(const struct command_context *context, const Ci__Round *round)
{
    if (!*round->opens || !*round->closes || strcmp(round->opens, round->closes) <= 0)
        return 0;
    return command_usage(context,
                         arena_format(context->arena,
                                      say(context->language, "de ronde zou sluiten (%s) voordat zij opengaat (%s)",
                                          "the round would close (%s) before it opens (%s)"),
                                      round->closes, round->opens));
}

/* Names the questionnaire by its hash, so that everybody means the same version. */
static int set_questionnaire(const struct command_context *context, Ci__Round *round, const char *name)
{
    struct record_key parsed;
    Ci__Edit *edit = NULL;
    const char *key = arena_format(context->arena, "questionnaire/%.64s", name);
    uint8_t *hash = arena_alloc(context->arena, DIGEST_BYTES);

    if (!key || !hash)
        return FAULT(FAULT_MEMORY, "out of memory");
    int found = record_key_parse(key, &parsed) ? replica_word(context->replica, context->arena, "NL", key, &edit, NULL)
                                               : REPLICA_NONE;

    if (found == REPLICA_NONE)
        return command_refuse(context, EXIT_FAILED, "unknown_version",
                              "Deze vragenlijst is hier niet bekend. Publiceer haar eerst: cimonitor publish",
                              "This questionnaire is not known here. Publish it first: cimonitor publish");
    TRY(found);
    digest_bytes(hash, edit->value.data, edit->value.len);
    round->questionnaire = (char *)(uintptr_t)name;
    round->questionnaire_hash = bytes_to(bytes_of(hash, DIGEST_BYTES));
    return 0;
}

/*
 * A round that came back to a restored server by hand of somebody who had not seen its release: the server makes one when the
 * round is said to be released once more.
 */
static int lacks_release(const struct command_context *context, const Ci__Round *round, bool *lacks)
{
    const char *key = arena_format(context->arena, "release/%s", round->id);
    Ci__Record *release = NULL;
    int found;

    *lacks = false;
    if (round->state != CI__ROUND__STATE__RELEASED)
        return 0;
    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory for what is to be saved");
    found = replica_record(context->replica, context->arena, "NL", key, &release);
    *lacks = found == REPLICA_NONE;
    return found < 0 ? found : 0;
}

/* Nothing to send where the round is as it was already. */
static int save(const struct command_context *context, const Ci__Round *round, bool *changed)
{
    const char *key = arena_format(context->arena, "round/%s", round->id);
    struct bytes packed = codec_pack(round, context->arena);
    Ci__Edit *before = NULL;
    bool unsent = false, lacks = false;

    if (!key || !packed.data)
        return FAULT(FAULT_MEMORY, "out of memory for what is to be saved");
    int found = replica_word(context->replica, context->arena, "NL", key, &before, &unsent);

    if (found < 0)
        return found;
    TRY(lacks_release(context, round, &lacks));
    *changed = found != 0 || !bytes_equal(bytes_from(before->value), packed) || (lacks && !unsent);
    return *changed ? central_write(context, key, round) : 0;
}

static int refuse_back(const struct command_context *context, const Ci__Round *round)
{
    enum language language = context->language;

    return command_refuse(context, EXIT_FAILED, "wrong_state",
                          arena_format(context->arena, "De ronde is al %s; dat gaat niet terug.",
                                       round_state_text(round->state, language)),
                          arena_format(context->arena, "The round is %s already; that does not go back.",
                                       round_state_text(round->state, language)));
}

static int refuse_unknown(const struct command_context *context, const char *id)
{
    return command_refuse(
        context, EXIT_FAILED, "unknown_round",
        arena_format(context->arena, "Er is geen ronde %s. Controleer het jaar, of haal haar op met: cimonitor sync",
                     id),
        arena_format(context->arena, "There is no round %s. Check the year, or fetch it with: cimonitor sync", id));
}

/* A step at a time: what is still being answered is not published, and what was never open is not closed. */
static int refuse_early(const struct command_context *context, const Ci__Round *round)
{
    bool open = round->state == CI__ROUND__STATE__OPEN;
    const char *step = open ? "close" : "open", *id = round->id;

    return command_refuse(context, EXIT_FAILED, "wrong_state",
                          arena_format(context->arena, "Ronde %s is nog niet %s. Doe dat eerst: cimonitor round %s %s",
                                       id, open ? "gesloten" : "geopend", step, id),
                          arena_format(context->arena, "Round %s is not %s yet. Do that first: cimonitor round %s %s",
                                       id, open ? "closed" : "opened", step, id));
}

static int print_done(const struct command_context *context, const Ci__Round *round, bool changed)
{
    if (context->json)
        command_print_json(json_pack("{s:b, s:s, s:s, s:s, s:s, s:s}", "changed", changed, "round", round->id, "state",
                                     round_state_name(round->state), "questionnaire", round->questionnaire, "opens",
                                     round->opens, "closes", round->closes));
    else if (!changed)
        tell(say(context->language, "Ronde %s: %s. Dat was al zo.\n", "Round %s: %s. It was so already.\n"), round->id,
             round_state_text(round->state, context->language));
    else if (round->state > CI__ROUND__STATE__OPEN)
        tell(say(context->language,
                 "Ronde %s: %s. Opgeslagen op deze computer. Het geldt na uw volgende: cimonitor sync. Dan gaat het "
                 "niet "
                 "meer terug.\n",
                 "Round %s: %s. Saved on this computer. It holds after your next: cimonitor sync. From then on it "
                 "cannot "
                 "be taken back.\n"),
             round->id, round_state_text(round->state, context->language));
    else
        tell(say(context->language,
                 "Ronde %s: %s. Opgeslagen op deze computer; het geldt na uw volgende: cimonitor sync\n",
                 "Round %s: %s. Saved on this computer; it holds after your next: cimonitor sync\n"),
             round->id, round_state_text(round->state, context->language));
    return EXIT_DONE;
}

/* What is known of the round with the changes in it; a new one needs a questionnaire. */
static int change(const struct command_context *context, const struct wanted *wanted)
{
    Ci__Round fresh = CI__ROUND__INIT, *round = NULL;
    Ci__Disclosure disclosure = CI__DISCLOSURE__INIT;
    int found = replica_round(context->replica, context->arena, wanted->id, &round);

    if (found < 0)
        return found;
    if (found == REPLICA_NONE && wanted->state > CI__ROUND__STATE__OPEN)
        return refuse_unknown(context, wanted->id);
    if (found == REPLICA_NONE) {
        if (!wanted->questionnaire)
            return command_refuse(context, EXIT_USAGE, "usage",
                                  "Een nieuwe ronde heeft een vragenlijst nodig: --questionnaire ci/1",
                                  "A new round needs a questionnaire: --questionnaire ci/1");
        round = &fresh;
        round->id = (char *)(uintptr_t)wanted->id;
        disclosure.mean_from = DISCLOSURE_MEAN_FROM;
        disclosure.spread_from = DISCLOSURE_SPREAD_FROM;
        round->disclosure = &disclosure;
    }
    if (wanted->state < round->state)
        return refuse_back(context, round);
    if (found == 0 && wanted->state > round->state + 1)
        return refuse_early(context, round);
    round->state = wanted->state;
    if (wanted->questionnaire) {
        int result = set_questionnaire(context, round, wanted->questionnaire);

        if (result != 0)
            return result;
    }
    round->opens = wanted->opens ? (char *)(uintptr_t)wanted->opens : round->opens;
    round->closes = wanted->closes ? (char *)(uintptr_t)wanted->closes : round->closes;
    bool changed = false;
    int wrong = check_dates(context, round);

    if (wrong)
        return wrong;
    TRY(save(context, round, &changed));
    return print_done(context, round, changed);
}

int run_round(struct command_context *context, int count, char **arguments)
{
    struct wanted wanted = { 0 };
    const struct command_option options[] = {
        { .name = "--questionnaire", .value = &wanted.questionnaire },
        { .name = "--opens", .value = &wanted.opens },
        { .name = "--closes", .value = &wanted.closes },
    };
    int left = command_options(context, count, arguments, options, 3);

    if (left < 0)
        return EXIT_USAGE;
    if (left != 2 || !read_state(arguments[0], &wanted.state))
        return command_usage(context, say(context->language, "geef plan, open, close of release, en een ronde",
                                          "give plan, open, close or release, and a round"));
    wanted.id = arguments[1];
    const char *wrong = problem(context, &wanted);

    if (wrong)
        return command_usage(context, wrong);
    int result = central_only(context);

    if (result == 0)
        result = change(context, &wanted);
    return result < 0 ? command_fault(context, result) : result;
}
