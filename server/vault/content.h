/*
 * content.h: a vault's files as one run of bytes, and back: what a sealed copy (sealed.h) holds. In memory and wiped; never
 * in a file in the clear but in a vault. Any thread.
 *
 * Per file, in order of names: size of its name (u16), name, size (u32), bytes. A name is that of a file in the vault, or
 * "persons/" and that of a person's key.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/base/bytes.h"

enum { VAULT_CONTENT_BYTES_MAX = 64 * 1024 * 1024 };

struct vault_content {
    uint8_t *data;
    size_t size, capacity;
};
void vault_content_wipe(struct vault_content *content);
static inline void vault_content_wipe_at(struct vault_content *content)
{
    vault_content_wipe(content);
}
static inline struct bytes vault_content_bytes(const struct vault_content *content)
{
    return bytes_of(content->data, content->size);
}

/* Also beside a server that changes them: certificate and key belong together, each file is whole. */
int vault_content_read(const char *vault, struct vault_content *content);
/* Makes a vault of them, durably. FAULT_STATE where something is there. FAULT_CORRUPT: this is no vault's content. */
int vault_content_write(const char *vault, struct bytes content);
/* Room for `size` more bytes, wiped where it has to move. */
int vault_content_reserve(struct vault_content *content, size_t size);
