#include "server/journal/crc32c.h"

#include "tests/support/unit.h"

static void gives_the_known_sums(void **state)
{
    static const uint8_t zeros[32];
    (void)state;

    assert_int_equal(crc32c("123456789", 9), 0xe3069283);
    assert_int_equal(crc32c(zeros, sizeof zeros), 0x8a9136aa); /* RFC 3720, B.4 */
    assert_int_equal(crc32c("", 0), 0);
}

static void is_the_same_on_every_processor(void **state)
{
    uint8_t bytes[100];
    (void)state;

    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37);
    for (size_t start = 0; start < 9; start++)
        for (size_t size = 0; size <= sizeof bytes - start; size++)
            assert_int_equal(crc32c(bytes + start, size), crc32c_portable(bytes + start, size));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_known_sums),
        cmocka_unit_test(is_the_same_on_every_processor),
    };

    return RUN_UNIT("server.journal.crc32c", tests);
}
