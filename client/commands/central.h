/*
 * central.h: what the central team's commands share: who may, and an edit of the catalogue put in the outbox.
 */
#pragma once

#include "client/commands/command.h"

/* 0, or an exit_status that was said. */
int central_only(const struct command_context *context);
/* Packs `value` (a message of the key's kind) as an edit of NL. A fault is below 0. */
int central_write(const struct command_context *context, const char *key, const void *value);
/* The value that this home knows of a catalogue key, unpacked; REPLICA_NONE where there is none. */
int central_value(const struct command_context *context, const char *key, const ProtobufCMessageDescriptor *descriptor,
                  void *out);
/* Whether the access of this person or install was taken away, as far as this home knows. */
int central_is_revoked(const struct command_context *context, const char *id, bool *revoked);
