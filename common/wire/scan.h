/*
 * scan.h: looks at packed bytes before protobuf-c does, for what it lets pass or hides afterwards. Pure; any thread.
 *
 * protobuf-c checks neither texts nor enums, ends a text at its first NUL without a word, and merges a part that is
 * given twice. As deep as the messages' own nesting and no deeper, since no message contains itself (a test holds).
 */
#pragma once

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "common/base/bytes.h"

enum { SCAN_FIELDS_MAX = 64 }; /* of one message; a test holds the descriptors to it */

/* True where texts are clean, enums known, counts within codec.h's bounds, and no single part is given twice. */
bool scan_is_sound(const ProtobufCMessageDescriptor *descriptor, struct bytes packed);
