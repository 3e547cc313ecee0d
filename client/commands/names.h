/*
 * names.h: what people read for a code, an id or a time. From the replica; where it does not know a name, the code itself.
 */
#pragma once

#include "client/commands/command.h"

/* "Apeldoorn" for GM0200, "Gelderland" for PV25; the nation and size classes in the person's language. */
const char *area_name(const struct command_context *context, const char *code);
/* "Apeldoorn (GM0200)". */
const char *area_with_code(const struct command_context *context, const char *code);
const char *person_name(const struct command_context *context, const char *person);
/* "2026-11-24 14:05", by this computer's clock. */
const char *moment(const struct command_context *context, uint64_t ms);
