#include "common/base/buffer.h"

#include <string.h>

#include "common/base/fault.h"
#include "tests/support/unit.h"

static void keeps_order_through_any_mix_of_appends_and_consumes(void **state)
{
    struct buffer buffer;
    uint8_t in = 0, out = 0, part[701];

    (void)state;
    buffer_init(&buffer, 8192);
    for (size_t turn = 0; turn < 2000; turn++) {
        size_t size = turn * 37 % sizeof part, eaten;

        for (size_t i = 0; i < size; i++)
            part[i] = (uint8_t)(in + i);
        if (buffer_append(&buffer, part, size) == 0)
            in = (uint8_t)(in + size);
        eaten = turn * 53 % (buffer_size(&buffer) + 1);
        for (size_t i = 0; i < eaten; i++)
            assert_int_equal(buffer_data(&buffer)[i], (uint8_t)(out + i));
        buffer_consume(&buffer, eaten);
        out = (uint8_t)(out + eaten);
        assert_true(buffer.capacity <= 8192);
    }
    buffer_done(&buffer);
}

static void refuses_past_its_limit_and_keeps_what_it_has(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 10);
    assert_int_equal(buffer_append(&buffer, "12345678", 8), 0);
    assert_int_equal(buffer_append(&buffer, "123", 3), -FAULT_MEMORY);
    assert_int_equal(buffer_size(&buffer), 8);
    buffer_consume(&buffer, 4);
    assert_int_equal(buffer_append(&buffer, "abcdef", 6), 0);
    assert_memory_equal(buffer_data(&buffer), "5678abcdef", 10);
    buffer_done(&buffer);
}

static void gives_memory_back_when_empty(void **state)
{
    struct buffer buffer;

    (void)state;
    buffer_init(&buffer, 100);
    assert_int_equal(buffer_append(&buffer, "x", 1), 0);
    buffer_trim(&buffer);
    assert_non_null(buffer.bytes);
    buffer_consume(&buffer, 1);
    buffer_trim(&buffer);
    assert_null(buffer.bytes);
    assert_null(buffer_data(&buffer));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_order_through_any_mix_of_appends_and_consumes),
        cmocka_unit_test(refuses_past_its_limit_and_keeps_what_it_has),
        cmocka_unit_test(gives_memory_back_when_empty),
    };

    return RUN_UNIT("buffer", tests);
}
