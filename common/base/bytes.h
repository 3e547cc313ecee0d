/*
 * bytes.h: a pointer and a length, big-endian numbers, hexadecimal and base32.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Borrowed bytes: whoever made it says how long they live. */
struct bytes {
    const void *data;
    size_t size;
};

enum { ID_BYTES = 16 }; /* random identifiers: edits, incarnations, install ids */

static inline struct bytes bytes_of(const void *data, size_t size)
{
    return (struct bytes){ data, size };
}
static inline bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline void put_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}
static inline void put_u32(uint8_t *at, uint32_t value)
{
    put_u16(at, (uint16_t)(value >> 16));
    put_u16(at + 2, (uint16_t)value);
}
static inline void put_u64(uint8_t *at, uint64_t value)
{
    put_u32(at, (uint32_t)(value >> 32));
    put_u32(at + 4, (uint32_t)value);
}
static inline uint16_t get_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}
static inline uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)get_u16(at) << 16 | get_u16(at + 2);
}
static inline uint64_t get_u64(const uint8_t *at)
{
    return (uint64_t)get_u32(at) << 32 | get_u32(at + 4);
}

/* Lower-case; `out` holds 2 × size + 1 bytes. Returns out. */
char *hex_encode(char *out, const void *bytes, size_t size);
/* True where `text` is exactly 2 × size hexadecimal digits of either case. */
bool hex_decode(uint8_t *out, size_t size, const char *text);

/* RFC 4648 base32 without padding, upper-case; `out` holds BASE32_SIZE(size) bytes. */
#define BASE32_SIZE(size) (((size)*8 + 4) / 5 + 1)
char *base32_encode(char *out, const void *bytes, size_t size);
/* Accepts either case; true where `text` encodes exactly `size` bytes with zero padding bits. */
bool base32_decode(uint8_t *out, size_t size, const char *text, size_t text_size);

/* True for well-formed UTF-8 without NUL or other control characters but tab and newline. */
bool text_is_clean(const char *text, size_t size);
/*
 * True for a clean text without characters that turn the direction of what follows (U+202A to U+202E, U+2066 to U+2069):
 * asked of what somebody writes now. What is kept or comes from elsewhere need only be clean: it may be from before this.
 */
bool text_reads_straight(const char *text, size_t size);
