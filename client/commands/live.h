/*
 * live.h: what commands that go on until they are stopped have in common (`sync --follow`, `watch`): the end by a signal, and
 * what they say of the connection: a line with the time, or in --json an object a line with `event`.
 */
#pragma once

#include <signal.h>

#include "client/commands/command.h"
#include "client/sync/link.h"

/* Set by SIGTERM or SIGINT; the second one ends the process as it would any. */
extern volatile sig_atomic_t live_stopped;
void live_signals(void);

/* Takes the object over. */
void live_json(json_t *object, const char *event);
void live_line(const struct command_context *context, const char *text);
/* For link_options.on_state: connected, or waiting and why. `context`: its arena is of one event. */
void live_state(const struct command_context *context, enum link_state state, int fault, uint64_t wait_ms);
