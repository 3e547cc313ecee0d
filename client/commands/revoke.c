/*
 * revoke.c: `cimonitor revoke`: an edit in the outbox that takes somebody's rights, or one install's.
 */
#include <stdio.h>
#include <string.h>

#include "client/commands/central.h"
#include "client/commands/run.h"
#include "client/commands/wrap.h"
#include "common/monitor/record_key.h"

/* 0 where the catalogue holds such a person or install; an exit_status that was said; or a fault. */
static int find(const struct command_context *context, const char *id)
{
    struct record_key parsed;
    const char *kinds[] = { "person", "install" };

    for (size_t i = 0; i < 2; i++) {
        const char *key = arena_format(context->arena, "%s/%.40s", kinds[i], id);
        Ci__Edit *edit = NULL;

        if (!key || strlen(id) > 40 || !record_key_parse(key, &parsed) || parsed.second[0])
            break;
        int found = replica_word(context->replica, context->arena, "NL", key, &edit, NULL);

        if (found != REPLICA_NONE)
            return found;
    }
    return command_refuse(
        context, EXIT_FAILED, "unknown_person",
        "Hier is geen persoon of installatie met dit nummer bekend. Synchroniseer, en zie: cimonitor people",
        "No person or install of this id is known here. Sync, then see: cimonitor people");
}

static int print_done(const struct command_context *context, const char *id, bool already)
{
    if (context->json) {
        command_print_json(json_pack("{s:s, s:b}", "revoked", id, "already", already));
        return EXIT_DONE;
    }
    if (already)
        tell_line(say(context->language, "De toegang was al ingetrokken.", "The access was revoked already."));
    else
        tell_line(say(context->language,
                      "Opgeslagen op deze computer. De toegang vervalt bij uw volgende: cimonitor sync",
                      "Saved on this computer. The access ends at your next: cimonitor sync"));
    return EXIT_DONE;
}

static int revoke_access(const struct command_context *context, const char *id)
{
    Ci__Revocation revocation = CI__REVOCATION__INIT, *before = NULL;
    const char *key = arena_format(context->arena, "revocation/%.40s", id);
    int result = find(context, id);

    if (result != 0)
        return result;
    result = central_value(context, key, &ci__revocation__descriptor, &before);
    if (result != REPLICA_NONE)
        return result < 0 ? result : print_done(context, id, true);
    revocation.revoked = true;
    result = central_write(context, key, &revocation);
    return result < 0 ? result : print_done(context, id, false);
}

int run_revoke(struct command_context *context, int count, char **arguments)
{
    int left = command_options(context, count, arguments, NULL, 0);

    if (left < 0)
        return EXIT_USAGE;
    if (left != 1)
        return command_usage(context,
                             say(context->language, "geef één persoon of installatie", "give one person or install"));
    const char *id = arguments[0];
    int result = central_only(context);

    if (result)
        return result;
    if (strcmp(id, context->identity.person) == 0 || strcmp(id, context->identity.install) == 0)
        return command_refuse(context, EXIT_FAILED, "own_access",
                              "Dit bent u zelf: laat iemand anders van het programmateam uw toegang intrekken.",
                              "This is you: let somebody else of the central team revoke your access.");
    result = revoke_access(context, id);
    return result < 0 ? command_fault(context, result) : result;
}
