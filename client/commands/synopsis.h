/*
 * synopsis.h: how a command is used, with what stands for something else in the person's language.
 */
#pragma once

#include "client/commands/command.h"

/* In the arena: "answer RONDE VRAAG WAARDE …". Names of commands and options are the same in every language. */
const char *synopsis_text(const struct command_context *context, const struct command *command);
