/*
 * certificate.h: building X.509 certificates, and keys and certificates in files; for this room alone.
 */
#pragma once

#include "common/base/digest.h"
#include "common/tls/key.h"

enum { SERIAL_BYTES = 16 };

struct extension {
    int nid;
    const char *value; /* in OpenSSL's words */
};

struct certificate_plan {
    const char *common_name, *organization; /* organization: NULL for none */
    EVP_PKEY *subject_key;
    X509 *issuer; /* NULL: self-signed */
    EVP_PKEY *issuer_key;
    uint64_t now_ms;
    long days;
    const uint8_t *serial;          /* 16 bytes, or NULL for random ones */
    struct extension extensions[6]; /* up to the first without a value */
};

/* Random. */
void certificate_serial(uint8_t out[SERIAL_BYTES]);
int certificate_make(X509 **out, const struct certificate_plan *plan);
int key_write(const char *folder, const char *name, EVP_PKEY *key);
int key_read(EVP_PKEY **out, const char *folder, const char *name);
/* One after the other in one file. */
int certificates_write(const char *folder, const char *name, X509 *const *certificates, size_t count);
/* The first one of the file. */
int certificate_read(X509 **out, const char *folder, const char *name);
/* SHA-256 of the key's SubjectPublicKeyInfo. */
int key_fingerprint(EVP_PKEY *key, uint8_t out[DIGEST_BYTES]);
