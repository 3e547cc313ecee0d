#include "common/base/bytes.h"

#include "tests/support/unit.h"

static void numbers_survive_the_round_trip(void **state)
{
    uint8_t at[8];

    (void)state;
    put_u64(at, 0x0123456789abcdef);
    assert_int_equal(at[0], 0x01);
    assert_int_equal(get_u64(at), 0x0123456789abcdef);
    assert_int_equal(get_u32(at + 4), 0x89abcdef);
    assert_int_equal(get_u16(at), 0x0123);
}

static void hexadecimal_wants_exactly_its_digits(void **state)
{
    uint8_t bytes[2];
    char text[5];

    (void)state;
    assert_true(hex_decode(bytes, 2, "0aFf"));
    assert_string_equal(hex_encode(text, bytes, 2), "0aff");
    assert_false(hex_decode(bytes, 2, "0af"));
    assert_false(hex_decode(bytes, 2, "0aff0"));
    assert_false(hex_decode(bytes, 2, "0agf"));
}

static void base32_is_that_of_the_rfc(void **state)
{
    uint8_t bytes[8];
    char text[16];

    (void)state;
    assert_string_equal(base32_encode(text, "foobar", 6), "MZXW6YTBOI");
    assert_string_equal(base32_encode(text, "foob", 4), "MZXW6YQ");
    assert_true(base32_decode(bytes, 6, "mzxw6YTBOI", 10));
    assert_memory_equal(bytes, "foobar", 6);
    assert_false(base32_decode(bytes, 4, "MZXW6YR", 7)); /* a padding bit is set */
    assert_false(base32_decode(bytes, 4, "MZXW6Y", 6));
    assert_false(base32_decode(bytes, 4, "MZXW6Y1", 7));
}

static void clean_text_is_well_formed_and_without_controls(void **state)
{
    static const char *const clean[] = { "", "één\tregel\n", "€ 𝄞", "\xf4\x8f\xbf\xbf" };
    static const char *const unclean[] = {
        "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
        "\xc3",     "\xe2\x82",     "\x80",         "\x1b[31m",         "\r",
        "\x7f",     "\xc2\x9b",     "\xff"
    };

    (void)state;
    for (size_t i = 0; i < sizeof clean / sizeof clean[0]; i++)
        assert_true(text_is_clean(clean[i], strlen(clean[i])));
    for (size_t i = 0; i < sizeof unclean / sizeof unclean[0]; i++)
        assert_false(text_is_clean(unclean[i], strlen(unclean[i])));
    assert_false(text_is_clean("a\0b", 3));
}

static void what_turns_its_direction_is_clean_but_does_not_read_straight(void **state)
{
    (void)state;
    assert_true(text_is_clean("Jan \u202enaJ", 10));
    assert_false(text_reads_straight("Jan \u202enaJ", 10)); /* would read as another name */
    assert_false(text_reads_straight("\u2066x", 4));
    assert_false(text_reads_straight("\x1b[31m", 5));
    assert_true(text_reads_straight("\u2014\u20ac", 6));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_survive_the_round_trip),
        cmocka_unit_test(hexadecimal_wants_exactly_its_digits),
        cmocka_unit_test(base32_is_that_of_the_rfc),
        cmocka_unit_test(clean_text_is_well_formed_and_without_controls),
        cmocka_unit_test(what_turns_its_direction_is_clean_but_does_not_read_straight),
    };

    return RUN_UNIT("bytes", tests);
}
