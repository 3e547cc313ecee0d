/*
 * roles.h: how roles and states of rounds are named, typed and shown, the same in every command.
 */
#pragma once

#include "common/format/language.h"

/* "respondent" …: stable, for --json and for --role. "none" where it is unknown. */
const char *role_name(Ci__Role role);
/* ROLE_NONE where there is none of that name. */
Ci__Role role_find(const char *name);
/* For people. */
const char *role_text(Ci__Role role, enum language language);

/* "planned", "open", "closed", "released". */
const char *round_state_name(Ci__Round__State state);
const char *round_state_text(Ci__Round__State state, enum language language);
const char *submission_state_name(Ci__Submission__State state);
const char *submission_state_text(Ci__Submission__State state, enum language language);
