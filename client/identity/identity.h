/*
 * identity.h: the identity file's text; for this room alone.
 */
#pragma once

#include "client/identity/home.h"
#include "common/base/buffer.h"
#include "common/base/bytes.h"

int identity_print(const struct identity *identity, struct buffer *text);
/* FAULT_CORRUPT where the text is none. */
int identity_parse(struct identity *identity, struct bytes text);
