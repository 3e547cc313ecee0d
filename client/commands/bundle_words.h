/*
 * bundle_words.h: why a bundle, or the answer to one, cannot be used: to `bundle` and to `accept` alike.
 */
#pragma once

#include "client/commands/command.h"

/* By outcome of bundle.h. */
int bundle_refuse(const struct command_context *context, int outcome);
