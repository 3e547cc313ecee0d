/*
 * enrol.c: `cimonitor enrol`: from an invitation code to a home that can sync. Needs the server, once.
 */
#include <openssl/crypto.h>
#include <stdio.h>

#include "client/commands/roles.h"
#include "client/commands/run.h"
#include "client/commands/wrap.h"
#include "client/identity/passphrase.h"
#include "client/sync/enrolment.h"

static const char *areas_text(const struct command_context *context)
{
    const struct identity *identity = &context->identity;
    const char *text = "";

    for (size_t i = 0; i < identity->area_count; i++)
        text = arena_format(context->arena, "%s%s%s", text, i ? ", " : "", identity->areas[i]);
    return text;
}

static int print_enrolled(const struct command_context *context)
{
    const struct identity *identity = &context->identity;
    char date[DATE_SIZE];

    date_print(date, identity->certificate_ends_ms);
    if (context->json) {
        json_t *areas = json_array();

        for (size_t i = 0; i < identity->area_count; i++)
            json_array_append_new(areas, json_string(identity->areas[i]));
        command_print_json(json_pack("{s:s, s:s, s:s, s:o, s:s, s:s}", "person", identity->person, "install",
                                     identity->install, "role", role_name(identity->role), "areas", areas, "server",
                                     identity->server, "certificate_ends", date));
        return EXIT_DONE;
    }
    tell(say(context->language, "Aangemeld als %s%s%s bij %s. Het certificaat loopt tot %s en vernieuwt zichzelf.\n",
             "Enrolled as %s%s%s with %s. The certificate runs until %s and renews itself.\n"),
         role_text(identity->role, context->language), identity->area_count ? ", " : "", areas_text(context),
         identity->server, date);
    tell_line(say(context->language, "Haal nu de vragenlijst en wat er al is op: cimonitor sync",
                  "Now fetch the questionnaire and what is there already: cimonitor sync"));
    return EXIT_DONE;
}

static int enrol(struct command_context *context, const char *code, bool protect)
{
    char passphrase[PASSPHRASE_SIZE];
    int result = protect ? passphrase_ask(passphrase, true) : 0;

    if (result == 0)
        result = enrolment_run(context->home, code, protect ? passphrase : NULL, &context->identity);
    OPENSSL_cleanse(passphrase, sizeof passphrase);
    return result ? result : home_set_revoked(context->home, false);
}

int run_enrol(struct command_context *context, int count, char **arguments)
{
    bool protect = false;
    const struct command_option options[] = { { .name = "--passphrase", .flag = &protect } };
    int left = command_options(context, count, arguments, options, 1);

    if (left < 0)
        return EXIT_USAGE;
    if (left != 1)
        return command_usage(context, say(context->language, "geef één code", "give one code"));
    int result = enrol(context, arguments[0], protect);

    switch (result) {
    case 0: return print_enrolled(context);
    case ENROLMENT_CODE_INVALID:
        return command_refuse(context, EXIT_FAILED, "code_invalid",
                              "Deze code klopt niet: er zit een typefout in. Kopieer hem in zijn geheel.",
                              "This code is not right: it holds a typing mistake. Copy the whole of it.");
    case ENROLMENT_BUSY:
        return command_refuse(context, EXIT_FAILED, "busy", "Deze installatie synchroniseert net. Probeer het zo weer.",
                              "This install is syncing just now. Try again in a moment.");
    case ENROLMENT_OTHER_PERSON:
        return command_refuse(context, EXIT_FAILED, "other_person",
                              "Deze map is van iemand anders; daar is niets aan veranderd. Kies een eigen map met "
                              "--home en vraag een nieuwe code.",
                              "This home belongs to somebody else; nothing in it was changed. Choose a home of your "
                              "own with --home and ask for a new code.");
    default: return command_fault(context, result);
    }
}
