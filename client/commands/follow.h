/*
 * follow.h: `cimonitor sync --follow`.
 */
#pragma once

#include "client/commands/command.h"

/* Until SIGTERM or SIGINT, or until it can go on no more. `always`: progress of short syncs too. Returns an exit_status. */
int follow(struct command_context *context, bool always);
