#include "common/wire/frame.h"

#include "tests/support/unit.h"

static uint32_t ten(uint16_t type)
{
    (void)type;
    return 10;
}

static void waits_for_a_split_length(void **state)
{
    uint8_t bytes[FRAME_HEADER_BYTES + 3] = { 0 };
    struct frame frame;
    struct bytes payload;

    (void)state;
    frame_write(bytes, &(struct frame){ .length = 3, .type = 6, .flags = FRAME_MORE, .request = 77 });
    for (size_t size = 0; size < sizeof bytes; size++)
        assert_int_equal(frame_next(bytes_of(bytes, size), ten, &frame, &payload), FRAME_WAIT);
    assert_int_equal(frame_next(bytes_of(bytes, sizeof bytes), ten, &frame, &payload), 0);
    assert_int_equal(frame.type, 6);
    assert_int_equal(frame.flags, FRAME_MORE);
    assert_int_equal(frame.request, 77);
    assert_ptr_equal(payload.data, bytes + FRAME_HEADER_BYTES);
    assert_int_equal(payload.size, 3);
}

static void refuses_too_large_from_the_header_alone(void **state)
{
    uint8_t bytes[FRAME_HEADER_BYTES];
    struct frame frame;
    struct bytes payload;

    (void)state;
    frame_write(bytes, &(struct frame){ .length = 11, .type = 6 });
    assert_int_equal(frame_next(bytes_of(bytes, sizeof bytes - 1), ten, &frame, &payload), FRAME_WAIT);
    assert_int_equal(frame_next(bytes_of(bytes, sizeof bytes), ten, &frame, &payload), FRAME_TOO_LARGE);
    assert_int_equal(frame.length, 11);
    frame_write(bytes, &(struct frame){ .length = UINT32_MAX, .type = 6 });
    assert_int_equal(frame_next(bytes_of(bytes, sizeof bytes), ten, &frame, &payload), FRAME_TOO_LARGE);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_for_a_split_length),
        cmocka_unit_test(refuses_too_large_from_the_header_alone),
    };

    return RUN_UNIT("frame", tests);
}
