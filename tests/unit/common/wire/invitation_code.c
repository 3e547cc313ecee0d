/*
 * invitation_code.c: codes to text and back, and every single mistake noticed.
 */
#include "common/wire/invitation_code.h"

#include <ctype.h>
#include <string.h>

#include "tests/support/unit.h"

static struct invitation_code sample(const char *address)
{
    struct invitation_code code = { 0 };

    assert_int_equal(invitation_address_parse(&code, address), 0);
    memset(code.secret, 0xa5, sizeof code.secret);
    memset(code.ca, 0x3c, sizeof code.ca);
    return code;
}

static void comes_back_as_it_went(void **state)
{
    static const char *const addresses[] = { "monitor.example.nl:7443", "127.0.0.1:1", "[::1]:65535" };

    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct invitation_code code = sample(addresses[i]), back;
        char text[INVITATION_CODE_SIZE], lower[INVITATION_CODE_SIZE + 2] = " ";

        assert_int_equal(invitation_code_print(&code, text), 0);
        assert_int_equal(strlen(strchr(text, '/') + 1), 55);
        assert_int_equal(invitation_code_parse(&back, text), 0);
        assert_memory_equal(&back, &code, sizeof code);
        for (size_t c = 0; text[c]; c++)
            lower[c + 1] = c < strlen(addresses[i]) ? text[c] : (char)tolower((unsigned char)text[c]);
        assert_int_equal(invitation_code_parse(&back, lower), 0);
    }
    assert_string_equal(sample("[::1]:65535").host, "::1");
    assert_int_equal(sample("[::1]:65535").port, 65535);
}

static void notices_any_wrong_character(void **state)
{
    struct invitation_code code = sample("localhost:7443"), back;
    char text[INVITATION_CODE_SIZE];

    (void)state;
    assert_int_equal(invitation_code_print(&code, text), 0);
    for (size_t i = 0; text[i]; i++) {
        char right = text[i];

        text[i] = right == '2' ? '3' : '2';
        assert_int_equal(invitation_code_parse(&back, text), INVITATION_CODE_INVALID);
        text[i] = right;
    }
    text[strlen(text) - 1] = '\0';
    assert_int_equal(invitation_code_parse(&back, text), INVITATION_CODE_INVALID);
}

static void takes_only_an_address_with_a_port(void **state)
{
    static const char *const wrong[] = { "",           "host",    "host:",    ":7443", "host:0",
                                         "host:65536", "ho st:1", "::1:7443", "h/x:1" };
    struct invitation_code code = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(invitation_address_parse(&code, wrong[i]), INVITATION_CODE_INVALID);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_as_it_went),
        cmocka_unit_test(notices_any_wrong_character),
        cmocka_unit_test(takes_only_an_address_with_a_port),
    };

    return RUN_UNIT("common.wire.invitation_code", tests);
}
