/*
 * bytes.c: hexadecimal, base32 and UTF-8. Pure; any thread.
 */
#include "common/base/bytes.h"

static const char hex_digits[] = "0123456789abcdef";
static const char base32_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

char *hex_encode(char *out, const void *bytes, size_t size)
{
    const uint8_t *in = bytes;

    for (size_t i = 0; i < size; i++) {
        out[2 * i] = hex_digits[in[i] >> 4];
        out[2 * i + 1] = hex_digits[in[i] & 15];
    }
    out[2 * size] = '\0';
    return out;
}

/* -1 where it is no digit. */
static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

bool hex_decode(uint8_t *out, size_t size, const char *text)
{
    if (strnlen(text, 2 * size + 1) != 2 * size)
        return false;
    for (size_t i = 0; i < size; i++) {
        int high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

char *base32_encode(char *out, const void *bytes, size_t size)
{
    const uint8_t *in = bytes;
    uint32_t held = 0;
    unsigned bits = 0;
    char *at = out;

    for (size_t i = 0; i < size; i++) {
        held = held << 8 | in[i];
        for (bits += 8; bits >= 5; bits -= 5)
            *at++ = base32_digits[held >> (bits - 5) & 31];
    }
    if (bits > 0)
        *at++ = base32_digits[held << (5 - bits) & 31];
    *at = '\0';
    return out;
}

static int base32_value(char digit)
{
    if (digit >= 'A' && digit <= 'Z')
        return digit - 'A';
    if (digit >= 'a' && digit <= 'z')
        return digit - 'a';
    if (digit >= '2' && digit <= '7')
        return digit - '2' + 26;
    return -1;
}

bool base32_decode(uint8_t *out, size_t size, const char *text, size_t text_size)
{
    uint32_t held = 0;
    unsigned bits = 0;

    if (text_size != BASE32_SIZE(size) - 1)
        return false;
    for (size_t i = 0; i < text_size; i++) {
        int value = base32_value(text[i]);

        if (value < 0)
            return false;
        held = held << 5 | (uint32_t)value;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            *out++ = (uint8_t)(held >> bits);
        }
    }
    return (held & ((1u << bits) - 1)) == 0;
}

/* Bytes of the well-formed character at `at` (RFC 3629: shortest form, no surrogates); 0 where there is none. */
static size_t utf8_length(const uint8_t *at, size_t size)
{
    size_t length = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : at[0] < 0xf5 ? 4 : 0;

    if (length > size)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] >= 0xa0) || (at[0] == 0xf0 && at[1] < 0x90) ||
        (at[0] == 0xf4 && at[1] >= 0x90))
        return 0;
    return length;
}

/* Those that turn the direction of what follows (U+202A to U+202E, U+2066 to U+2069) make a line read as it was not written. */
static bool turns_direction(const uint8_t *at)
{
    return at[0] == 0xe2 &&
           ((at[1] == 0x80 && at[2] >= 0xaa && at[2] <= 0xae) || (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9));
}

static bool is_control(const uint8_t *at)
{
    if (at[0] < 0x20)
        return at[0] != '\t' && at[0] != '\n';
    return at[0] == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0); /* DEL, and U+0080 to U+009F */
}

/* Whether each character is well-formed and none is one that `bad` names. */
static bool has_none(const char *text, size_t size, bool (*bad)(const uint8_t *at))
{
    const uint8_t *at = (const uint8_t *)text, *end = at + size;

    while (at < end) {
        size_t length = utf8_length(at, (size_t)(end - at));

        if (length == 0 || bad(at))
            return false;
        at += length;
    }
    return true;
}

bool text_is_clean(const char *text, size_t size)
{
    return has_none(text, size, is_control);
}

static bool is_control_or_turns(const uint8_t *at)
{
    return is_control(at) || turns_direction(at);
}

bool text_reads_straight(const char *text, size_t size)
{
    return has_none(text, size, is_control_or_turns);
}
