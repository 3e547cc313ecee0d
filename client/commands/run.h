/*
 * run.h: the function of every command; commands.c has the table.
 */
#pragma once

#include "client/commands/command.h"

int run_accept(struct command_context *context, int count, char **arguments);
int run_adopt(struct command_context *context, int count, char **arguments);
int run_answer(struct command_context *context, int count, char **arguments);
int run_attention(struct command_context *context, int count, char **arguments);
int run_benchmark(struct command_context *context, int count, char **arguments);
int run_bundle(struct command_context *context, int count, char **arguments);
int run_compare(struct command_context *context, int count, char **arguments);
int run_conflicts(struct command_context *context, int count, char **arguments);
int run_enrol(struct command_context *context, int count, char **arguments);
int run_fill(struct command_context *context, int count, char **arguments);
int run_invite(struct command_context *context, int count, char **arguments);
int run_late(struct command_context *context, int count, char **arguments);
int run_log(struct command_context *context, int count, char **arguments);
int run_people(struct command_context *context, int count, char **arguments);
int run_publish(struct command_context *context, int count, char **arguments);
int run_questions(struct command_context *context, int count, char **arguments);
int run_receipt(struct command_context *context, int count, char **arguments);
int run_resolve(struct command_context *context, int count, char **arguments);
int run_revoke(struct command_context *context, int count, char **arguments);
int run_round(struct command_context *context, int count, char **arguments);
int run_rounds(struct command_context *context, int count, char **arguments);
int run_score(struct command_context *context, int count, char **arguments);
int run_status(struct command_context *context, int count, char **arguments);
int run_submit(struct command_context *context, int count, char **arguments);
int run_sync(struct command_context *context, int count, char **arguments);
int run_watch(struct command_context *context, int count, char **arguments);
