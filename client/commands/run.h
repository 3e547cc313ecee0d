/*
 * run.h: the function of every command that fills in and looks at the questionnaire; commands.c has the table.
 */
#pragma once

#include "client/commands/command.h"

int run_adopt(struct command_context *context, int count, char **arguments);
int run_answer(struct command_context *context, int count, char **arguments);
int run_benchmark(struct command_context *context, int count, char **arguments);
int run_compare(struct command_context *context, int count, char **arguments);
int run_fill(struct command_context *context, int count, char **arguments);
int run_questions(struct command_context *context, int count, char **arguments);
int run_score(struct command_context *context, int count, char **arguments);
int run_submit(struct command_context *context, int count, char **arguments);
int run_watch(struct command_context *context, int count, char **arguments);
