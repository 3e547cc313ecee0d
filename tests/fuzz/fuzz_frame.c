/*
 * fuzz_frame.c: a stream of bytes cut into frames: never past its end, never more than the type allows.
 */
#include "common/base/check.h"
#include "common/wire/frame.h"
#include "common/wire/message.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = bytes_of(data, size), payload;
    struct frame frame;

    while (frame_next(input, message_limit, &frame, &payload) == 0) {
        uint8_t header[FRAME_HEADER_BYTES];

        CHECK(frame.length <= message_limit(frame.type));
        CHECK(payload.size == frame.length);
        CHECK(payload.size + FRAME_HEADER_BYTES <= input.size);
        frame_write(header, &frame);
        CHECK(bytes_equal(bytes_of(header, sizeof header), bytes_of(input.data, sizeof header)));
        input = bytes_of((const uint8_t *)input.data + sizeof header + payload.size,
                         input.size - sizeof header - payload.size);
    }
    return 0;
}
