/*
 * attention.h: what asks for somebody's attention, so that `attention` and `status` say the same; and the tray of what the
 * server did not take, which both show.
 */
#pragma once

#include "client/commands/command.h"

struct attention {
    struct replica_counts counts;
    uint64_t asking; /* questions that ask for a choice */
    bool revoked;
};
int attention_read(const struct command_context *context, struct attention *attention);
/* EXIT_ATTENTION where anything asks for it, else EXIT_DONE. */
int attention_status(const struct attention *attention);

/* Appends an object for each entry. A fault is below 0. */
int attention_json(const struct command_context *context, json_t *array);
/* A line with how many there are and where to read about them; nothing for none. */
void attention_print_count(const struct command_context *context, uint64_t count);
