/*
 * codec.c: protobuf-c with an arena and with what it does not check checked first (scan.h). Pure; any thread.
 */
#include "common/wire/codec.h"

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/wire/frame.h"
#include "common/wire/message.h"
#include "common/wire/scan.h"

/* A member of a generated struct, by its place in the descriptor. */
#define MEMBER(type, message, offset) ((type *)(void *)((char *)(message) + (offset)))

/* Tells a message that is too complex from one that is not sound: protobuf-c answers NULL to both. */
struct counting_arena {
    struct arena *arena;
    bool refused;
};

static void *counting_alloc(void *context, size_t size)
{
    struct counting_arena *counting = context;
    void *memory = arena_alloc(counting->arena, size);

    counting->refused |= memory == NULL;
    return memory;
}

static void counting_free(void *context, void *pointer)
{
    (void)context;
    (void)pointer;
}

static void fill_empty_bytes(ProtobufCMessage *message);

static void fill_field(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    static uint8_t nothing;
    bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
    size_t count = repeated ? *MEMBER(size_t, message, field->quantifier_offset) : 1;

    if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF && *MEMBER(uint32_t, message, field->quantifier_offset) != field->id)
        return;
    if (field->type == PROTOBUF_C_TYPE_BYTES) {
        ProtobufCBinaryData *bytes = MEMBER(ProtobufCBinaryData, message, field->offset);

        if (repeated)
            bytes = *MEMBER(ProtobufCBinaryData *, message, field->offset);
        for (size_t i = 0; i < count; i++)
            if (!bytes[i].data)
                bytes[i].data = &nothing;
    } else if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        ProtobufCMessage **parts = MEMBER(ProtobufCMessage *, message, field->offset);

        if (repeated)
            parts = *MEMBER(ProtobufCMessage **, message, field->offset);
        for (size_t i = 0; i < count; i++)
            if (parts[i])
                fill_empty_bytes(parts[i]);
    }
}

/* memcpy and memcmp want an address even where there is nothing to copy. */
static void fill_empty_bytes(ProtobufCMessage *message)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++)
        fill_field(message, &message->descriptor->fields[i]);
}

int codec_unpack(const ProtobufCMessageDescriptor *descriptor, struct bytes packed, struct arena *arena,
                 ProtobufCMessage **out)
{
    struct counting_arena counting = { arena, false };
    ProtobufCAllocator allocator = { counting_alloc, counting_free, &counting };
    ProtobufCMessage *message;

    if (packed.size == 0)
        packed = bytes_of("", 0);
    if (!scan_is_sound(descriptor, packed))
        return CODEC_MALFORMED;
    message = protobuf_c_message_unpack(descriptor, &allocator, packed.size, packed.data);
    if (!message)
        return counting.refused ? CODEC_TOO_COMPLEX : CODEC_MALFORMED;
    fill_empty_bytes(message);
    *out = message;
    return 0;
}

struct bytes codec_pack(const void *message, struct arena *arena)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *packed = arena_alloc(arena, size);

    if (!packed)
        return bytes_of(NULL, 0);
    return bytes_of(packed, protobuf_c_message_pack(message, packed));
}

int codec_frame(struct buffer *out, uint16_t type, uint16_t flags, uint32_t request, const void *message)
{
    const struct message_row *row = message_row(type);
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *at;

    CHECK(row != NULL);
    CHECK(row->descriptor == ((const ProtobufCMessage *)message)->descriptor);
    if (size > row->bytes_max)
        return CODEC_TOO_COMPLEX;
    at = buffer_reserve(out, FRAME_HEADER_BYTES + size);
    if (!at)
        return -FAULT_MEMORY; /* reported where it was born */
    frame_write(at, &(struct frame){ (uint32_t)size, type, flags, request });
    protobuf_c_message_pack(message, at + FRAME_HEADER_BYTES);
    buffer_commit(out, FRAME_HEADER_BYTES + size);
    return 0;
}
