/*
 * keys.h: how keys of several parts are laid out, encoded and decoded here alone.
 *
 * A key is a sequence of parts: texts (ended by a zero byte) and big-endian numbers (8 bytes), so that the
 * order of bytes is the order of the parts.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/base/bytes.h"
#include "common/store/store.h"

struct key {
    uint8_t bytes[STORE_KEY_MAX];
    size_t size;
};

static inline struct bytes key_bytes(const struct key *key)
{
    return bytes_of(key->bytes, key->size);
}
void key_init(struct key *key);
/* CHECKs that it fits: callers have bounded their texts before. A text must not hold a zero byte. */
void key_add_text(struct key *key, const char *text);
void key_add_u64(struct key *key, uint64_t number);
void key_add_bytes(struct key *key, const void *bytes, size_t size);

/* Reads parts from the front; false where the rest is not such a part. `*text` points into the key. */
bool key_take_text(struct bytes *rest, const char **text);
bool key_take_u64(struct bytes *rest, uint64_t *number);
