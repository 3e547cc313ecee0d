/*
 * bundle_head.h: what lies open in a file of letters: all but the letters. Each of them says what it was when it was sealed,
 * so that whoever changes it on its way is found out (PROTOCOL.md section 15). Any thread.
 */
#pragma once

#include "common/base/digest.h"
#include "common/wire/codec.h"
#include "proto/messages.pb-c.h"

/* Packed, in the arena; of a reply: its bundle's. */
int bundle_head(const Ci__Bundle *file, struct arena *arena, struct bytes *head);
/* What the letters hold. */
int bundle_head_digest(const Ci__Bundle *file, struct arena *arena, uint8_t digest[DIGEST_BYTES]);
