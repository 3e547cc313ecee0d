/*
 * certificate.c: puts X.509 certificates together over OpenSSL, and keeps keys and certificates in files.
 *
 * Knows how certificates are put together, not who may have one. Any thread.
 */
#include "server/vault/certificate.h"

#include <openssl/bn.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "common/base/digest.h"
#include "common/base/fault.h"
#include "common/base/file.h"

enum { CLOCK_SLACK_S = 3600 }; /* slack: a peer whose clock is a little late accepts it at once */

int key_fingerprint(EVP_PKEY *key, uint8_t out[DIGEST_BYTES])
{
    unsigned char *der = NULL;
    int size = i2d_PUBKEY(key, &der);

    if (size < 0)
        return crypto_fault("encoding a public key");
    digest_bytes(out, der, (size_t)size);
    OPENSSL_free(der);
    return 0;
}

static bool add_name(X509_NAME *name, const char *field, const char *text)
{
    return !text || X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)text, -1, -1, 0) == 1;
}

void certificate_serial(uint8_t out[SERIAL_BYTES])
{
    random_bytes(out, SERIAL_BYTES);
    out[0] = (uint8_t)((out[0] & 0x3f) | 0x40); /* positive, and 16 bytes in every encoding */
}

static bool set_serial(X509 *certificate, const uint8_t *given)
{
    uint8_t serial[SERIAL_BYTES];

    certificate_serial(serial);
    if (given)
        memcpy(serial, given, sizeof serial);
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, NULL);
    bool done = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return done;
}

static bool add_extensions(X509 *certificate, const struct certificate_plan *plan)
{
    X509V3_CTX context;

    X509V3_set_ctx(&context, plan->issuer ? plan->issuer : certificate, certificate, NULL, NULL, 0);
    for (const struct extension *at = plan->extensions; at->value; at++) {
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, at->nid, at->value);
        bool added = extension && X509_add_ext(certificate, extension, -1) == 1;

        X509_EXTENSION_free(extension);
        if (!added)
            return false;
    }
    return true;
}

static bool fill(X509 *certificate, const struct certificate_plan *plan)
{
    X509_NAME *subject = X509_get_subject_name(certificate);
    time_t now = (time_t)(plan->now_ms / 1000);

    return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate, plan->serial) &&
           add_name(subject, "O", plan->organization) && add_name(subject, "CN", plan->common_name) &&
           X509_set_issuer_name(certificate, plan->issuer ? X509_get_subject_name(plan->issuer) : subject) == 1 &&
           X509_time_adj_ex(X509_getm_notBefore(certificate), 0, -CLOCK_SLACK_S, &now) &&
           X509_time_adj_ex(X509_getm_notAfter(certificate), (int)plan->days, 0, &now) &&
           X509_set_pubkey(certificate, plan->subject_key) == 1 && add_extensions(certificate, plan) &&
           X509_sign(certificate, plan->issuer_key, EVP_sha256()) > 0;
}

int certificate_make(X509 **out, const struct certificate_plan *plan)
{
    CLEANUP(certificate_free) X509 *certificate = X509_new();

    if (!certificate || !fill(certificate, plan))
        return crypto_fault("making a certificate");
    *out = TAKE(&certificate);
    return 0;
}

int key_write(const char *folder, const char *name, EVP_PKEY *key)
{
    CLEANUP(pem_wipe) struct pem pem = { 0 };

    TRY(key_to_pem(key, NULL, &pem));
    return file_replace(folder, name, pem_bytes(&pem));
}

int certificates_write(const char *folder, const char *name, X509 *const *certificates, size_t count)
{
    struct pem pem = { 0 };

    for (size_t i = 0; i < count; i++)
        TRY(certificate_to_pem(certificates[i], &pem));
    return file_replace(folder, name, pem_bytes(&pem));
}

static int read_text(struct pem *pem, const char *folder, const char *name)
{
    int result = file_load(folder, name, pem->text, sizeof pem->text, &pem->size);

    if (result == FILE_NONE)
        return FAULT(FAULT_MISSING, "%s/%s is missing: restore the vault from a backup", folder, name);
    return result;
}

int key_read(EVP_PKEY **out, const char *folder, const char *name)
{
    CLEANUP(pem_wipe) struct pem pem = { 0 };

    TRY(read_text(&pem, folder, name));
    int result = key_from_pem(out, pem_bytes(&pem), NULL, NULL);

    if (result == KEY_UNREADABLE)
        return FAULT(FAULT_CORRUPT, "%s/%s is no private key: restore it from a backup", folder, name);
    return result;
}

int certificate_read(X509 **out, const char *folder, const char *name)
{
    struct pem pem = { 0 };

    TRY(read_text(&pem, folder, name));
    X509 *certificate = certificate_from_pem(pem_bytes(&pem));

    if (!certificate)
        return FAULT(FAULT_CORRUPT, "%s/%s is no certificate: restore it from a backup", folder, name);
    *out = certificate;
    return 0;
}
