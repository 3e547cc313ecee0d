/*
 * frame.c: the header as bytes. Pure; any thread.
 */
#include "common/wire/frame.h"

void frame_write(uint8_t out[FRAME_HEADER_BYTES], const struct frame *frame)
{
    put_u32(out, frame->length);
    put_u16(out + 4, frame->type);
    put_u16(out + 6, frame->flags);
    put_u32(out + 8, frame->request);
}

struct frame frame_read(const uint8_t in[FRAME_HEADER_BYTES])
{
    return (struct frame){
        .length = get_u32(in),
        .type = get_u16(in + 4),
        .flags = get_u16(in + 6),
        .request = get_u32(in + 8),
    };
}

int frame_next(struct bytes input, uint32_t (*limit)(uint16_t type), struct frame *frame, struct bytes *payload)
{
    struct frame found;

    if (input.size < FRAME_HEADER_BYTES)
        return FRAME_WAIT;
    found = frame_read(input.data);
    if (found.length > limit(found.type)) {
        *frame = found;
        return FRAME_TOO_LARGE;
    }
    if (input.size - FRAME_HEADER_BYTES < found.length)
        return FRAME_WAIT;
    *frame = found;
    *payload = bytes_of((const uint8_t *)input.data + FRAME_HEADER_BYTES, found.length);
    return 0;
}
