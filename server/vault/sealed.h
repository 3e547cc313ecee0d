/*
 * sealed.h: a vault's content under a passphrase of its own: what a backup holds of the vault.
 *
 * All numbers big-endian. A header of 92 bytes, then the content (content.h) encrypted, then a tag of 16 bytes:
 *    0  magic "CIVAULT1"
 *    8  log2 of scrypt's N, u32; r, u32; p, u32
 *   20  salt, 32 bytes
 *   52  nonce, 12 bytes
 *   64  size of the content, u64
 *   72  zeros, 4 bytes
 *   76  check: the last 16 of the 48 bytes that scrypt gives: tells a wrong passphrase from a damaged file
 * key = the first 32 of scrypt's 48 bytes; AES-256-GCM with the whole header as associated data, so that every byte of
 * the file is authenticated. Any thread; takes 128 MiB of memory and about half a second, on purpose.
 */
#pragma once

#include "common/base/bytes.h"
#include "common/base/fault.h"
#include "server/vault/content.h"

enum { SEALED_HEADER_BYTES = 92, SEALED_TAG_BYTES = 16, SEALED_PASSPHRASE_MIN = 12, SEALED_PASSPHRASE_MAX = 1024 };
enum { SEALED_BYTES_MAX = SEALED_HEADER_BYTES + VAULT_CONTENT_BYTES_MAX + SEALED_TAG_BYTES };

enum sealed_outcome { SEALED_OTHER_PASSPHRASE = 1 };

/* `sealed`: malloc'ed, the caller's. FAULT_INVALID where the passphrase is too short or too long. */
int sealed_make(struct bytes content, struct bytes passphrase, uint8_t **sealed, size_t *size);
/* SEALED_OTHER_PASSPHRASE; FAULT_CORRUPT where a byte is not what was written. */
int sealed_open(struct bytes sealed, struct bytes passphrase, struct vault_content *content);
