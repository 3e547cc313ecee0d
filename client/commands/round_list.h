/*
 * round_list.h: the rounds that this home knows, as `status` and `rounds` show them.
 */
#pragma once

#include "client/commands/command.h"

/* Array of {"round", "state", "questionnaire", "opens", "closes"}; NULL on a fault, which is then in `fault`. */
json_t *round_list_json(const struct command_context *context, int *fault);
/* A table, or a line that says there are none. A fault is below 0. */
int round_list_print(const struct command_context *context);
