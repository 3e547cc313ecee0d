/*
 * invite.c: `cimonitor invite`: asks the server for a one-time code. The last line is the code, and nothing else.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/commands/central.h"
#include "client/commands/names.h"
#include "client/commands/roles.h"
#include "client/commands/run.h"
#include "client/commands/wrap.h"
#include "client/sync/call.h"
#include "client/sync/sync.h"
#include "common/monitor/invitation.h"
#include "common/wire/limits.h"
#include "common/wire/message.h"

struct wanted {
    const char *role, *name, *function, *department, *person, *days;
    const char *areas[PRINCIPAL_AREAS_MAX];
    size_t area_count;
};

static bool is_a_detail(const char *text)
{
    return !text || invitation_detail_fits(text);
}

/* What is wrong with the areas for this role, or NULL. */
static const char *area_problem(const struct command_context *context, const struct wanted *wanted)
{
    Ci__Role role = role_find(wanted->role);

    /* Of somebody who is known the server knows where. */
    if (wanted->person || invitation_areas_fit(role, (char *const *)(uintptr_t)wanted->areas, wanted->area_count))
        return NULL;
    switch (role) {
    case CI__ROLE__ROLE_RESPONDENT:
    case CI__ROLE__ROLE_LEAD:
    case CI__ROLE__ROLE_EXECUTIVE:
        return say(context->language, "--area: wie voor een gemeente werkt, hoort bij één gemeente (GM0200)",
                   "--area: who works for a municipality belongs to one municipality (GM0200)");
    case CI__ROLE__ROLE_COORDINATOR:
        return say(context->language, "--area: een coördinator begeleidt provincies of regio's (PV25, RES-…)",
                   "--area: a coordinator accompanies provinces or regions (PV25, RES-…)");
    default:
        return say(context->language, "--area: deze rol geldt voor het hele land; laat --area weg",
                   "--area: this role is for the whole country; leave --area out");
    }
}

/* What is wrong with the arguments, or NULL. */
static const char *problem(const struct command_context *context, const struct wanted *wanted, unsigned *days)
{
    char *end = NULL;

    if (!wanted->role || role_find(wanted->role) == CI__ROLE__ROLE_NONE)
        return say(context->language, "--role: kies respondent, lead, executive, coordinator, central of auditor",
                   "--role: choose respondent, lead, executive, coordinator, central or auditor");
    if (!wanted->name && !wanted->person)
        return say(context->language, "--name: geef de naam van wie u uitnodigt",
                   "--name: give the name of whom you invite");
    if (!is_a_detail(wanted->name) || !is_a_detail(wanted->function) || !is_a_detail(wanted->department))
        return say(context->language,
                   "naam, functie en afdeling zijn elk één regel gewone tekst van hooguit 200 bytes (een letter met "
                   "een accent telt voor twee)",
                   "name, function and department are each one line of plain text, of 200 bytes at most (a letter "
                   "with an accent counts for two)");
    if (wanted->days) {
        unsigned long given = strtoul(wanted->days, &end, 10);

        if (*wanted->days < '0' || *wanted->days > '9' || *end || given < 1 || given > INVITATION_DAYS_MAX)
            return say(context->language, "--days: geef 1 tot 90", "--days: give 1 to 90");
        *days = (unsigned)given;
    }
    return area_problem(context, wanted);
}

static int ask(const struct command_context *context, const struct wanted *wanted, unsigned days,
               Ci__InviteReply **reply)
{
    CLEANUP(call_close) struct call *call = NULL;
    Ci__Invite invite = CI__INVITE__INIT;
    Ci__PersonDetails details = CI__PERSON_DETAILS__INIT;

    details.person = (char *)(uintptr_t)(wanted->person ? wanted->person : "");
    details.name = (char *)(uintptr_t)(wanted->name ? wanted->name : "");
    details.function = (char *)(uintptr_t)(wanted->function ? wanted->function : "");
    details.department = (char *)(uintptr_t)(wanted->department ? wanted->department : "");
    invite.role = role_find(wanted->role);
    invite.areas = (char **)(uintptr_t)wanted->areas;
    invite.n_areas = wanted->area_count;
    invite.details = &details;
    invite.valid_days = days;
    TRY(call_open(&call, context->home, context->replica));
    return call_request(call, MESSAGE_INVITE, &invite.base, context->arena, (ProtobufCMessage **)reply);
}

/*
 * The person comes into this home with the next sync: at once, unless it would send what is waiting here for a sync that
 * its author asks for. Whether `people` shows the person. What does not work here undoes no invitation: the code is made.
 */
static bool fetch_person(const struct command_context *context)
{
    struct replica_counts counts;
    struct identity identity = context->identity;
    struct sync_report report;

    return replica_counts(context->replica, &counts) == 0 && counts.unsent == 0 &&
           sync_run(
               &(struct sync_options){
                   .home = context->home, .replica = context->replica, .identity = &identity, .clock = context->clock },
               &report) == 0 &&
           report.engine.complete;
}

/* "Piet, invuller, Apeldoorn (GM0200)". */
static const char *whom(const struct command_context *context, const struct wanted *wanted)
{
    const char *text =
        arena_format(context->arena, "%s, %s", wanted->name ? wanted->name : person_name(context, wanted->person),
                     role_text(role_find(wanted->role), context->language));

    for (size_t i = 0; text && i < wanted->area_count; i++)
        text = arena_format(context->arena, "%s, %s", text, area_with_code(context, wanted->areas[i]));
    return text ? text : "…";
}

static int print(const struct command_context *context, const struct wanted *wanted, const Ci__InviteReply *reply,
                 bool listed)
{
    char expires[DATE_SIZE];

    date_print(expires, reply->expires_ms);
    if (context->json) {
        command_print_json(json_pack("{s:s, s:s, s:s, s:I}", "person", reply->person, "code", reply->code, "expires",
                                     expires, "expires_ms", (json_int_t)reply->expires_ms));
        return EXIT_DONE;
    }
    tell(say(context->language, "Uitgenodigd: %s; nummer %s.\n", "Invited: %s; id %s.\n"), whom(context, wanted),
         reply->person);
    if (!listed)
        tell_line(say(context->language, "In cimonitor people staat deze persoon na uw volgende: cimonitor sync",
                      "cimonitor people shows this person after your next: cimonitor sync"));
    tell(say(context->language,
             "Geef de code hieronder door aan deze persoon alleen. Die meldt zich ermee aan met: cimonitor enrol CODE\n"
             "De code werkt één keer en verloopt op %s:\n%s\n",
             "Pass the code below on to this person alone, who enrols with: cimonitor enrol CODE\n"
             "The code works once and expires on %s:\n%s\n"),
         expires, reply->code);
    return EXIT_DONE;
}

/* A code would not help whose access was taken away. */
static int refuse_revoked(const struct command_context *context, const char *person)
{
    bool revoked = false;

    if (person)
        TRY(central_is_revoked(context, person, &revoked));
    return revoked ? command_refuse(context, EXIT_FAILED, "revoked",
                                    "De toegang van deze persoon is ingetrokken, en dat blijft zo. Nodig hem of haar "
                                    "opnieuw uit, zonder --person.",
                                    "The access of this person was revoked, and stays so. Invite them anew, without "
                                    "--person.")
                   : 0;
}

int run_invite(struct command_context *context, int count, char **arguments)
{
    struct wanted wanted = { 0 };
    unsigned days = 0;
    const struct command_option options[] = {
        { .name = "--role", .value = &wanted.role },
        { .name = "--area", .list = wanted.areas, .list_count = &wanted.area_count, .list_max = PRINCIPAL_AREAS_MAX },
        { .name = "--name", .value = &wanted.name },
        { .name = "--function", .value = &wanted.function },
        { .name = "--department", .value = &wanted.department },
        { .name = "--person", .value = &wanted.person },
        { .name = "--days", .value = &wanted.days },
    };
    int left = command_options(context, count, arguments, options, sizeof options / sizeof options[0]);

    if (left < 0)
        return EXIT_USAGE;
    const char *wrong = left ? say(context->language, "alles gaat hier met opties", "everything goes by options here")
                             : problem(context, &wanted, &days);

    if (wrong)
        return command_usage(context, wrong);
    int refused = central_only(context);

    if (refused)
        return refused;
    Ci__InviteReply *reply = NULL;
    int result = refuse_revoked(context, wanted.person);

    if (result == 0)
        result = ask(context, &wanted, days, &reply);
    if (result > 0)
        return result;
    return result < 0 ? command_fault(context, result) : print(context, &wanted, reply, fetch_person(context));
}
