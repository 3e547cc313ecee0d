/*
 * roles.c: tables of names. Pure.
 */
#include "client/commands/roles.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name, *nl, *en;
} roles[] = {
    [CI__ROLE__ROLE_NONE] = { "none", "geen", "none" },
    [CI__ROLE__ROLE_RESPONDENT] = { "respondent", "invuller", "respondent" },
    [CI__ROLE__ROLE_LEAD] = { "lead", "trekker", "lead" },
    [CI__ROLE__ROLE_EXECUTIVE] = { "executive", "bestuurder", "executive" },
    [CI__ROLE__ROLE_COORDINATOR] = { "coordinator", "regiocoördinator", "coordinator" },
    [CI__ROLE__ROLE_CENTRAL] = { "central", "programmateam", "central team" },
    [CI__ROLE__ROLE_AUDITOR] = { "auditor", "controleur", "auditor" },
};
enum { ROLES = sizeof roles / sizeof roles[0] };

static const struct {
    const char *name, *nl, *en;
} states[] = {
    [CI__ROUND__STATE__PLANNED] = { "planned", "gepland", "planned" },
    [CI__ROUND__STATE__OPEN] = { "open", "open", "open" },
    [CI__ROUND__STATE__CLOSED] = { "closed", "gesloten", "closed" },
    [CI__ROUND__STATE__RELEASED] = { "released", "vrijgegeven", "released" },
};

static const struct {
    const char *name, *nl, *en;
} submission_states[] = {
    [CI__SUBMISSION__STATE__DRAFT] = { "draft", "bezig", "filling in" },
    [CI__SUBMISSION__STATE__SUBMITTED] = { "submitted", "ingediend", "submitted" },
    [CI__SUBMISSION__STATE__CHANGES_REQUESTED] = { "changes_requested", "teruggestuurd", "sent back" },
    [CI__SUBMISSION__STATE__ADOPTED] = { "adopted", "vastgesteld", "adopted" },
};
enum { SUBMISSION_STATES = sizeof submission_states / sizeof submission_states[0] };

const char *role_name(Ci__Role role)
{
    return (unsigned)role < ROLES ? roles[role].name : roles[0].name;
}

Ci__Role role_find(const char *name)
{
    for (unsigned i = 1; i < ROLES; i++)
        if (strcmp(roles[i].name, name) == 0)
            return (Ci__Role)i;
    return CI__ROLE__ROLE_NONE;
}

const char *role_text(Ci__Role role, enum language language)
{
    unsigned at = (unsigned)role < ROLES ? (unsigned)role : 0;

    return say(language, roles[at].nl, roles[at].en);
}

const char *round_state_name(Ci__Round__State state)
{
    return states[state].name;
}

const char *round_state_text(Ci__Round__State state, enum language language)
{
    return say(language, states[state].nl, states[state].en);
}

const char *submission_state_name(Ci__Submission__State state)
{
    return submission_states[(unsigned)state < SUBMISSION_STATES ? state : 0].name;
}

const char *submission_state_text(Ci__Submission__State state, enum language language)
{
    unsigned at = (unsigned)state < SUBMISSION_STATES ? (unsigned)state : 0;

    return say(language, submission_states[at].nl, submission_states[at].en);
}
