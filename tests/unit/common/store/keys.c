#include "common/store/keys.h"

#include <string.h>

#include "tests/support/unit.h"

static void gives_back_what_was_put_in(void **state)
{
    struct key key;
    const char *text;
    uint64_t number;
    (void)state;

    key_init(&key);
    key_add_text(&key, "GM0200");
    key_add_u64(&key, UINT64_MAX - 1);
    key_add_text(&key, "");
    struct bytes rest = key_bytes(&key);

    assert_true(key_take_text(&rest, &text));
    assert_string_equal(text, "GM0200");
    assert_true(key_take_u64(&rest, &number));
    assert_int_equal(number, UINT64_MAX - 1);
    assert_true(key_take_text(&rest, &text));
    assert_string_equal(text, "");
    assert_int_equal(rest.size, 0);
}

static void orders_bytes_as_the_parts(void **state)
{
    struct key small, large;
    (void)state;

    key_init(&small);
    key_add_text(&small, "a");
    key_add_u64(&small, 255);
    key_init(&large);
    key_add_text(&large, "a");
    key_add_u64(&large, 256);
    assert_true(memcmp(small.bytes, large.bytes, small.size) < 0);

    key_init(&large);
    key_add_text(&large, "ab"); /* a text that goes on is greater, whatever followed the shorter one */
    assert_true(memcmp(small.bytes, large.bytes, 3) < 0);
}

static void refuses_what_is_no_such_part(void **state)
{
    struct bytes unended = bytes_of("abc", 3), short_number = bytes_of("1234567", 7), nothing = bytes_of(NULL, 0);
    const char *text;
    uint64_t number;
    (void)state;

    assert_false(key_take_text(&unended, &text));
    assert_int_equal(unended.size, 3);
    assert_false(key_take_u64(&short_number, &number));
    assert_false(key_take_text(&nothing, &text));
    assert_false(key_take_u64(&nothing, &number));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_back_what_was_put_in),
        cmocka_unit_test(orders_bytes_as_the_parts),
        cmocka_unit_test(refuses_what_is_no_such_part),
    };

    return RUN_UNIT("common.store.keys", tests);
}
