/*
 * digest.h: SHA-256, HMAC-SHA-256, and the system's random numbers. Any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/bytes.h"

enum { DIGEST_BYTES = 32 };

/* SHA-256 of the parts one after the other. Cannot fail on a sound OpenSSL: failure is a CHECK. */
void digest_parts(uint8_t out[DIGEST_BYTES], const struct bytes *parts, size_t count);
void digest_bytes(uint8_t out[DIGEST_BYTES], const void *bytes, size_t size);
void digest_hmac(uint8_t out[DIGEST_BYTES], struct bytes key, const struct bytes *parts, size_t count);
/* Constant time. */
bool digest_equal(const void *a, const void *b, size_t size);
/* From the kernel; failure is a CHECK. */
void random_bytes(void *out, size_t size);
/*
 * A new edit's id: milliseconds (48 bits, big-endian) and 80 random bits. The time is for locality alone: what is written
 * together lies together in every table of ids. Nothing reads it, so a wrong clock does no harm.
 */
void id_new(uint8_t id[ID_BYTES], uint64_t now_ms);
