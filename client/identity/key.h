/*
 * key.h: the install's key pair, and the certificate request that proves it. Any thread.
 */
#pragma once

#include "common/base/arena.h"
#include "common/tls/key.h"

/* Where the text is encrypted, asks for the passphrase (passphrase.h). */
int key_open(EVP_PKEY **out, struct bytes pem);

/* PKCS #10, DER, in the arena. */
int key_request(EVP_PKEY *key, struct arena *arena, struct bytes *request);
/* A certificate from DER to PEM, after checking that it can be read, and is for `key` (NULL: any). Appends to `pem`. */
int key_certificate_pem(struct bytes der, EVP_PKEY *key, struct pem *pem, uint64_t *ends_ms);
bool key_has_certificate(EVP_PKEY *key, struct bytes pem);
