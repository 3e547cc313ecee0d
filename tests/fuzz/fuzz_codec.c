/*
 * fuzz_codec.c: any bytes as any message (the first two say which). What is accepted can be packed and unpacked again.
 */
#include "common/base/check.h"
#include "common/wire/codec.h"
#include "common/wire/message.h"
#include "tests/fuzz/fuzz.h"

enum { ARENA_BYTES = 4 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    const struct message_row *row = size >= 2 ? message_row(get_u16(data)) : NULL;
    ProtobufCMessage *message, *again;
    struct bytes packed;

    if (!row || arena_new(&arena, ARENA_BYTES) < 0)
        return 0;
    if (codec_unpack(row->descriptor, bytes_of(data + 2, size - 2), arena, &message) != 0)
        return 0;
    packed = codec_pack(message, arena);
    if (packed.data)
        CHECK(codec_unpack(row->descriptor, packed, arena, &again) != CODEC_MALFORMED);
    return 0;
}
