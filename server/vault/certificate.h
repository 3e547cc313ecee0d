/*
 * certificate.h: building X.509 certificates with P-256 keys, and keys and certificates as PEM; for this room alone.
 */
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "common/base/cleanup.h"
#include "common/base/digest.h"
#include "server/vault/secret_file.h"

static inline EVP_PKEY *key_free(EVP_PKEY *key)
{
    EVP_PKEY_free(key);
    return NULL;
}
DEFINE_CLEANUP(EVP_PKEY, key_free)
static inline X509 *certificate_free(X509 *certificate)
{
    X509_free(certificate);
    return NULL;
}
DEFINE_CLEANUP(X509, certificate_free)
static inline X509_REQ *request_free(X509_REQ *request)
{
    X509_REQ_free(request);
    return NULL;
}
DEFINE_CLEANUP(X509_REQ, request_free)

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
bool key_is_p256(EVP_PKEY *key);
int key_make(EVP_PKEY **out);
int key_write(const char *folder, const char *name, EVP_PKEY *key);
int key_read(EVP_PKEY **out, const char *folder, const char *name);
/* One after the other in one file. */
int certificates_write(const char *folder, const char *name, X509 *const *certificates, size_t count);
/* The first one of the file. */
int certificate_read(X509 **out, const char *folder, const char *name);
uint64_t certificate_end_ms(const X509 *certificate);
/* SHA-256 of the key's SubjectPublicKeyInfo. */
int key_fingerprint(EVP_PKEY *key, uint8_t out[DIGEST_BYTES]);
