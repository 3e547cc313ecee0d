/*
 * attention.h: the tray of what the server did not take, as `attention` shows it and `status` and `sync` name it.
 */
#pragma once

#include "client/commands/command.h"

/* Appends an object for each entry. A fault is below 0. */
int attention_json(const struct command_context *context, json_t *array);
/* A line with how many there are and where to read about them; nothing for none. */
void attention_print_count(const struct command_context *context, uint64_t count);
