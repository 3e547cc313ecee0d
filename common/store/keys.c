/*
 * keys.c: parts of a key, in and out.
 *
 * Owns the only encoding of composite keys. Knows nothing of what the parts mean. Pure; any thread.
 */
#include "common/store/keys.h"

#include <string.h>

#include "common/base/check.h"

void key_init(struct key *key)
{
    key->size = 0;
}

void key_add_bytes(struct key *key, const void *bytes, size_t size)
{
    CHECK(size <= sizeof key->bytes - key->size);
    if (size > 0)
        memcpy(key->bytes + key->size, bytes, size);
    key->size += size;
}

void key_add_text(struct key *key, const char *text)
{
    key_add_bytes(key, text, strlen(text) + 1);
}

void key_add_u64(struct key *key, uint64_t number)
{
    uint8_t big_endian[8];

    put_u64(big_endian, number);
    key_add_bytes(key, big_endian, sizeof big_endian);
}

static void advance(struct bytes *rest, size_t size)
{
    rest->data = (const uint8_t *)rest->data + size;
    rest->size -= size;
}

bool key_take_text(struct bytes *rest, const char **text)
{
    const uint8_t *end = rest->size > 0 ? memchr(rest->data, 0, rest->size) : NULL;

    if (!end)
        return false;
    *text = rest->data;
    advance(rest, (size_t)(end - (const uint8_t *)rest->data) + 1);
    return true;
}

bool key_take_u64(struct bytes *rest, uint64_t *number)
{
    if (rest->size < 8)
        return false;
    *number = get_u64(rest->data);
    advance(rest, 8);
    return true;
}
