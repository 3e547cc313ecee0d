/*
 * frame.h: the 12 bytes before every message.
 *
 * payload length u32 · message type u16 · flags u16 · request id u32, big-endian. Pure; any thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/base/bytes.h"

enum { FRAME_HEADER_BYTES = 12, FRAME_PAYLOAD_MAX = 1024 * 1024 };

enum frame_flag {
    FRAME_MORE = 1,  /* the answer goes on: ask again with what it holds */
    FRAME_EVENT = 2, /* not an answer; request id 0 */
};

struct frame {
    uint32_t length;
    uint16_t type, flags;
    uint32_t request;
};

void frame_write(uint8_t out[FRAME_HEADER_BYTES], const struct frame *frame);
struct frame frame_read(const uint8_t in[FRAME_HEADER_BYTES]);

enum frame_outcome {
    FRAME_WAIT = 1,  /* not there as a whole yet */
    FRAME_TOO_LARGE, /* longer than its type allows: said after the header alone */
};
/*
 * Looks at the front of `input`. 0: `*frame` and `*payload` (borrowed from input) are set, and the caller consumes
 * FRAME_HEADER_BYTES + length. FRAME_TOO_LARGE sets `*frame`. `limit(type)` gives the largest payload of a type.
 */
int frame_next(struct bytes input, uint32_t (*limit)(uint16_t type), struct frame *frame, struct bytes *payload);
