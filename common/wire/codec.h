/*
 * codec.h: bytes to messages and back, with everything checked once.
 *
 * protobuf-c checks neither UTF-8 nor enums nor counts; codec_unpack does (scan.h): clean text
 * (base/bytes.h text_is_clean), known enum values, at most CODEC_REPEATED_MAX of a repeated field, texts at most
 * CODEC_TEXT_MAX bytes. The bounds of single fields (proto/model.proto) are the validators' (common/monitor).
 * Pure; any thread.
 */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/base/bytes.h"

enum { CODEC_TEXT_MAX = 8 * 1024, CODEC_REPEATED_MAX = 4096 };

enum codec_outcome {
    CODEC_MALFORMED = 1, /* not such a message, or a text, enum or count out of bounds */
    CODEC_TOO_COMPLEX,   /* its parts would pass the arena's limit */
};

/* `*out` lives in the arena. Empty `bytes` fields get a non-NULL pointer. */
int codec_unpack(const ProtobufCMessageDescriptor *descriptor, struct bytes packed, struct arena *arena,
                 ProtobufCMessage **out);
/* Typed: CODEC_UNPACK(ci__edit, packed, arena, &edit) */
#define CODEC_UNPACK(prefix, packed, arena, out) \
    codec_unpack(&prefix##__descriptor, (packed), (arena), (ProtobufCMessage **)(out))
/* Into the arena; {NULL, 0} past its limit. */
struct bytes codec_pack(const void *message, struct arena *arena);
/* Header and message at the end of `out`; CODEC_TOO_COMPLEX where it is larger than its type allows. */
int codec_frame(struct buffer *out, uint16_t type, uint16_t flags, uint32_t request, const void *message);

static inline struct bytes bytes_from(ProtobufCBinaryData data)
{
    return bytes_of(data.data, data.len);
}
static inline ProtobufCBinaryData bytes_to(struct bytes bytes)
{
    return (ProtobufCBinaryData){ bytes.size, (uint8_t *)(uintptr_t)bytes.data };
}
