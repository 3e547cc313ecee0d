/*
 * conflicts.h: what stands side by side, as `conflicts`, `resolve` and `adopt` show it and `status` and `sync` count it.
 */
#pragma once

#include "client/commands/edits.h"

struct conflict {
    const char *key;
    struct record_key parsed; /* answer, round, question */
    struct heads heads;
    bool open; /* of an answer in a round that takes answers now: somebody can choose */
};
/* Of the own municipality; REPLICA_NONE where nothing is known of the key. Lives in the context's arena. */
int conflict_read(const struct command_context *context, const char *key, struct conflict *conflict);
/* Prints it, and keeps that it was shown. A fault is below 0. */
int conflict_print(struct edit_reader *reader, struct conflict *conflict);
/* The edit behind a number on the screen; NULL where there is none. */
const Ci__Edit *conflict_answer(const struct conflict *conflict, unsigned long number);
/* The same of a number as it was typed. */
const Ci__Edit *conflict_choice(const struct conflict *conflict, const char *number);
/* Nobody resolves what was not on the screen: it is shown now, and the choice has to be made again. */
int conflict_refuse_unseen(struct edit_reader *reader, struct conflict *conflict);

/* Each that asks for a choice: nobody here has chosen yet, and the round is open. Its arena is the context's that comes along. */
typedef int conflict_visitor(void *given, const struct command_context *context, const struct conflict *conflict);
int conflicts_each_asking(const struct command_context *context, conflict_visitor *visit, void *given);
/* How many they are. */
int conflicts_asking(const struct command_context *context, uint64_t *count);
/* A line that says so and what to do; nothing for none. */
void conflicts_print_asking(const struct command_context *context, uint64_t count);
