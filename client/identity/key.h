/*
 * key.h: the install's key pair (P-256) as text, and the certificate request that proves it. Pure but for random
 * numbers; any thread.
 */
#pragma once

#include <openssl/evp.h>
#include <stdbool.h>

#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/base/bytes.h"
#include "common/base/cleanup.h"

int key_make(EVP_PKEY **out);
/* Where the text is encrypted, asks for the passphrase (passphrase.h). */
int key_read(EVP_PKEY **out, struct bytes pem);
/* `passphrase` NULL: in the clear, in a file that is the person's alone. Appends to `pem`. */
int key_write(EVP_PKEY *key, const char *passphrase, struct buffer *pem);
EVP_PKEY *key_free(EVP_PKEY *key);
DEFINE_CLEANUP(EVP_PKEY, key_free)

/* PKCS #10, DER, in the arena. */
int key_request(EVP_PKEY *key, struct arena *arena, struct bytes *request);
/* A certificate from DER to PEM, after checking that it can be read, and is for `key` (NULL: any). Appends to `pem`. */
int key_certificate_pem(struct bytes der, EVP_PKEY *key, struct buffer *pem, uint64_t *ends_ms);
bool key_has_certificate(EVP_PKEY *key, struct bytes pem);
