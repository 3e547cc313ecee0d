/*
 * heads.h: which edits a record names: its heads, which stand side by side, and those that are over. Both sides ask by id. Pure.
 */
#pragma once

#include <stdbool.h>

#include "proto/model.pb-c.h"

bool ids_hold(const ProtobufCBinaryData *ids, size_t count, ProtobufCBinaryData id);
/* Is it what stands, or a rival of it? */
bool heads_hold(const Ci__Record *record, ProtobufCBinaryData id);
/* Has a head seen it, or was it superseded before that? */
bool heads_supersede(const Ci__Record *record, ProtobufCBinaryData id);
