/*
 * help.h: what `cimonitor help` and `cimonitor COMMAND --help` print.
 */
#pragma once

#include "client/commands/command.h"

/* `command` NULL: the list of all. */
void help_print(const struct command_context *context, const struct command *command);
/* There is no such command: says so, with the one that it looks like; EXIT_USAGE. */
int help_unknown(const struct command_context *context, const char *name);
