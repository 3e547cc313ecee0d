/*
 * signature.h: what the server signs, so that it holds without the server: receipts and releases. ECDSA over P-256 with
 * SHA-256 of the purpose, a zero byte, and the content: what was signed for one purpose is no signature for another. Any
 * thread.
 */
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/bytes.h"

enum { SIGNATURE_BYTES_MAX = 80 };

struct signature {
    size_t size;
    uint8_t bytes[SIGNATURE_BYTES_MAX];
};
int signature_make(EVP_PKEY *key, const char *purpose, struct bytes content, struct signature *signature);

/* A signature and the certificates that it stands on, as they came. */
struct signature_claim {
    const char *purpose;
    struct bytes content, signature;
    struct bytes certificate, ca; /* DER: the signer's, and the CA's that is trusted */
    uint64_t at_ms;               /* when it was signed: the certificates must have been valid then */
};
enum signature_outcome {
    SIGNATURE_NO_SIGNER = 1, /* the certificate is none, or not of that CA, or not one for signing, or not valid then */
    SIGNATURE_WRONG,         /* the content or the signature was changed */
};
/* A certificate for signing and nothing else: an install's, or the server's own for TLS, will not do. */
bool signature_is_signer(X509 *certificate);
int signature_check(const struct signature_claim *claim);
