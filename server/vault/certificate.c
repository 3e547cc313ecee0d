/*
 * certificate.c: P-256 keys and X.509 certificates over OpenSSL, and their PEM files.
 *
 * Knows how certificates are put together, not who may have one. Any thread.
 */
#include "server/vault/certificate.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "common/base/digest.h"
#include "common/base/fault.h"
#include "server/vault/vault_inside.h"

enum { CLOCK_SLACK_S = 3600 }; /* slack: a peer whose clock is a little late accepts it at once */

static inline BIO *bio_free(BIO *bio)
{
    BIO_free(bio);
    return NULL;
}
DEFINE_CLEANUP(BIO, bio_free)

int crypto_fault(const char *doing)
{
    char reason[256] = "out of memory";
    unsigned long code = ERR_peek_last_error();

    if (code != 0)
        ERR_error_string_n(code, reason, sizeof reason);
    ERR_clear_error();
    return FAULT(FAULT_CRYPTO, "%s failed: %s", doing, reason);
}

int key_make(EVP_PKEY **out)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");

    if (!key)
        return crypto_fault("making a key");
    *out = key;
    return 0;
}

bool key_is_p256(EVP_PKEY *key)
{
    char group[32];

    return key && EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

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

uint64_t certificate_end_ms(const X509 *certificate)
{
    struct tm end = { 0 };

    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1)
        return 0; /* no certificate of ours: it counts as ended */
    return (uint64_t)timegm(&end) * 1000;
}

static int write_memory(const char *folder, const char *name, BIO *bio)
{
    char *data;
    long size = BIO_get_mem_data(bio, &data);
    int result = secret_file_write(folder, name, bytes_of(data, (size_t)size));

    OPENSSL_cleanse(data, (size_t)size);
    return result;
}

int key_write(const char *folder, const char *name, EVP_PKEY *key)
{
    CLEANUP(bio_free) BIO *bio = BIO_new(BIO_s_secmem());

    if (!bio || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
        return crypto_fault("writing a key");
    return write_memory(folder, name, bio);
}

int certificates_write(const char *folder, const char *name, X509 *const *certificates, size_t count)
{
    CLEANUP(bio_free) BIO *bio = BIO_new(BIO_s_mem());
    bool done = bio != NULL;

    for (size_t i = 0; done && i < count; i++)
        done = PEM_write_bio_X509(bio, certificates[i]) == 1;
    if (!done)
        return crypto_fault("writing a certificate");
    return write_memory(folder, name, bio);
}

/* The file's text in memory, for OpenSSL to parse; `text` is the caller's, and wiped by it. */
static int open_text(BIO **out, const char *folder, const char *name, char text[SECRET_FILE_MAX])
{
    size_t size;
    int result = secret_file_read(folder, name, text, SECRET_FILE_MAX, &size);

    if (result == SECRET_FILE_NONE)
        return FAULT(FAULT_MISSING, "%s/%s is missing: restore the vault from a backup", folder, name);
    TRY(result);
    *out = BIO_new_mem_buf(text, (int)size);
    return *out ? 0 : crypto_fault("reading a key");
}

int key_read(EVP_PKEY **out, const char *folder, const char *name)
{
    CLEANUP(bio_free) BIO *bio = NULL;
    char text[SECRET_FILE_MAX];
    int result = open_text(&bio, folder, name, text);
    EVP_PKEY *key = result == 0 ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;

    OPENSSL_cleanse(text, sizeof text);
    TRY(result);
    ERR_clear_error();
    if (!key)
        return FAULT(FAULT_CORRUPT, "%s/%s is no private key: restore it from a backup", folder, name);
    *out = key;
    return 0;
}

int certificate_read(X509 **out, const char *folder, const char *name)
{
    CLEANUP(bio_free) BIO *bio = NULL;
    char text[SECRET_FILE_MAX];

    TRY(open_text(&bio, folder, name, text));
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    ERR_clear_error();
    if (!certificate)
        return FAULT(FAULT_CORRUPT, "%s/%s is no certificate: restore it from a backup", folder, name);
    *out = certificate;
    return 0;
}
