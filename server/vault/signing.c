/*
 * signing.c: the key with which the server signs what must hold without it, and its certificate: apart from the key of
 * TLS, which changes its certificate each year and is on every loop thread. After opening only read: any thread.
 */
#include <openssl/x509v3.h>
#include <time.h>

#include "common/base/fault.h"
#include "common/base/file.h"
#include "server/vault/certificate.h"
#include "server/vault/vault_inside.h"

#define SIGNING_KEY         "signing.key"
#define SIGNING_CERTIFICATE "signing.pem"

enum { DAY_MS = 86400000 };

/* As the CA's own, or 1970: what reached the server before the key was made is signed for as well. */
static int begin_ms(const X509 *ca, uint64_t *out)
{
    struct tm begin = { 0 };
    time_t from;

    if (ASN1_TIME_to_tm(X509_get0_notBefore(ca), &begin) != 1)
        return crypto_fault("reading when the CA's certificate begins");
    from = timegm(&begin);
    *out = from > 0 ? (uint64_t)from * 1000 : 0;
    return 0;
}

int signing_create(const char *folder, EVP_PKEY *ca_key, X509 *ca)
{
    CLEANUP(key_free) EVP_PKEY *key = NULL;
    CLEANUP(certificate_free) X509 *certificate = NULL;
    uint64_t from_ms;

    TRY(begin_ms(ca, &from_ms));
    TRY(key_make(&key));
    struct certificate_plan plan = {
        .common_name = "CI Monitor receipts",
        .subject_key = key,
        .issuer = ca,
        .issuer_key = ca_key,
        .now_ms = from_ms,
        .days = (long)((certificate_end_ms(ca) - from_ms) / DAY_MS), /* as long as there is anybody to trust it by */
        .extensions = { { NID_basic_constraints, "critical,CA:FALSE" },
                        { NID_key_usage, "critical,digitalSignature,nonRepudiation" },
                        { NID_authority_key_identifier, "keyid" } },
    };
    TRY(certificate_make(&certificate, &plan));
    TRY(key_write(folder, SIGNING_KEY, key)); /* the certificate last: without it the key was never used */
    return certificates_write(folder, SIGNING_CERTIFICATE, &certificate, 1);
}

int signing_load(struct vault *vault)
{
    CLEANUP(certificate_free) X509 *certificate = NULL;
    unsigned char *der = NULL;
    int size;

    if (!file_exists(vault->folder, SIGNING_CERTIFICATE)) /* a vault of before there were receipts */
        TRY(signing_create(vault->folder, vault->ca_key, vault->ca));
    TRY(key_read(&vault->signing_key, vault->folder, SIGNING_KEY));
    TRY(certificate_read(&certificate, vault->folder, SIGNING_CERTIFICATE));
    if (X509_check_private_key(certificate, vault->signing_key) != 1)
        return FAULT(FAULT_CORRUPT,
                     "the key and the certificate for signing in %s do not belong together: restore them",
                     vault->folder);
    size = i2d_X509(certificate, &der);
    if (size < 0)
        return crypto_fault("encoding the certificate for signing");
    vault->signing_der = bytes_of(der, (size_t)size);
    return 0;
}

int vault_sign(const struct vault *vault, const char *purpose, struct bytes content, struct signature *signature)
{
    return signature_make(vault->signing_key, purpose, content, signature);
}

struct bytes vault_signing_certificate(const struct vault *vault)
{
    return vault->signing_der;
}
