/*
 * signature.c: signing over OpenSSL, and checking from the CA down. Knows nothing of what is signed.
 */
#include "common/tls/signature.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "common/base/fault.h"
#include "common/tls/key.h"

static EVP_MD_CTX *context_free(EVP_MD_CTX *context)
{
    EVP_MD_CTX_free(context);
    return NULL;
}
DEFINE_CLEANUP(EVP_MD_CTX, context_free)

int signature_make(EVP_PKEY *key, const char *purpose, struct bytes content, struct signature *signature)
{
    CLEANUP(context_free) EVP_MD_CTX *context = EVP_MD_CTX_new();

    signature->size = sizeof signature->bytes;
    if (!context || EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) != 1 ||
        EVP_DigestSignUpdate(context, purpose, strlen(purpose) + 1) != 1 ||
        EVP_DigestSignUpdate(context, content.data, content.size) != 1 ||
        EVP_DigestSignFinal(context, signature->bytes, &signature->size) != 1)
        return crypto_fault("signing");
    return 0;
}

/* All of it: what stands behind a certificate is under no signature. */
static X509 *parse(struct bytes der)
{
    const unsigned char *at = der.data;
    X509 *certificate = der.size > 0 && der.size <= PEM_BYTES_MAX ? d2i_X509(NULL, &at, (long)der.size) : NULL;

    if (certificate && at != (const unsigned char *)der.data + der.size)
        certificate = certificate_free(certificate);
    return certificate;
}

/* A CA that comes along is trusted for nothing; but as its own, it is as it was made. OpenSSL does not look at that of a root. */
static bool is_whole(X509 *ca)
{
    return X509_self_signed(ca, 1) == 1;
}

bool signature_is_signer(X509 *certificate)
{
    return X509_check_ca(certificate) == 0 && X509_get_extension_flags(certificate) & EXFLAG_KUSAGE &&
           X509_get_key_usage(certificate) == (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
}

static bool is_trusted(X509 *certificate, X509 *ca, uint64_t at_ms)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *check = X509_STORE_CTX_new();
    bool sound = store && check && X509_STORE_add_cert(store, ca) == 1 &&
                 X509_STORE_CTX_init(check, store, certificate, NULL) == 1;

    if (sound) {
        X509_STORE_CTX_set_time(check, 0, (time_t)(at_ms / 1000));
        sound = X509_verify_cert(check) == 1;
    }
    X509_STORE_CTX_free(check);
    X509_STORE_free(store);
    return sound;
}

static bool is_signed(X509 *certificate, const struct signature_claim *claim)
{
    CLEANUP(context_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY *key = X509_get0_pubkey(certificate);

    return context && key && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
           EVP_DigestVerifyUpdate(context, claim->purpose, strlen(claim->purpose) + 1) == 1 &&
           EVP_DigestVerifyUpdate(context, claim->content.data, claim->content.size) == 1 &&
           EVP_DigestVerifyFinal(context, claim->signature.data, claim->signature.size) == 1;
}

int signature_check(const struct signature_claim *claim)
{
    CLEANUP(certificate_free) X509 *certificate = parse(claim->certificate);
    CLEANUP(certificate_free) X509 *ca = parse(claim->ca);
    int result = 0;

    if (!certificate || !ca || !is_whole(ca) || !signature_is_signer(certificate) ||
        !is_trusted(certificate, ca, claim->at_ms))
        result = SIGNATURE_NO_SIGNER;
    else if (!is_signed(certificate, claim))
        result = SIGNATURE_WRONG;
    ERR_clear_error(); /* why it is not sound is told by the outcome */
    return result;
}
