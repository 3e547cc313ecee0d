/*
 * key.h: P-256 key pairs and X.509 certificates, and both as PEM text. Any thread.
 */
#pragma once

#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/bytes.h"
#include "common/base/cleanup.h"

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

/* What OpenSSL said, as FAULT_CRYPTO: "`doing` failed: …". */
int crypto_fault(const char *doing);

/* ---- PEM, perhaps of a secret: CLEANUP(pem_wipe) struct pem pem = { 0 } ---- */
enum { PEM_BYTES_MAX = 16 * 1024 };
struct pem {
    size_t size;
    char text[PEM_BYTES_MAX];
};
static inline void pem_wipe_at(struct pem *pem)
{
    OPENSSL_cleanse(pem, sizeof *pem);
}
static inline struct bytes pem_bytes(const struct pem *pem)
{
    return bytes_of(pem->text, pem->size);
}

/* ---- keys ---- */
enum key_outcome { KEY_UNREADABLE = 1 };

int key_make(EVP_PKEY **out);
bool key_is_p256(EVP_PKEY *key);
/* KEY_UNREADABLE: no key, or not with that passphrase. `ask` NULL: a key under a passphrase counts as unreadable. */
int key_from_pem(EVP_PKEY **out, struct bytes text, pem_password_cb *ask, void *context);
/* PKCS#8; `passphrase` NULL: in the clear, else under scrypt and AES-256-CBC. Appends. */
int key_to_pem(EVP_PKEY *key, const char *passphrase, struct pem *pem);

/* ---- certificates ---- */
/* The first one of the text; NULL where there is none. */
X509 *certificate_from_pem(struct bytes text);
/* Appends. */
int certificate_to_pem(X509 *certificate, struct pem *pem);
/* 0, as if since ever or long ended, where it cannot be read. */
uint64_t certificate_begin_ms(const X509 *certificate);
uint64_t certificate_end_ms(const X509 *certificate);
