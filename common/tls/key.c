/*
 * key.c: what both sides ask of OpenSSL about keys and certificates; private keys pass through secure memory only.
 * Knows no files, and not who may have what. Any thread.
 */
#include "common/tls/key.h"

#include <openssl/err.h>
#include <string.h>
#include <time.h>

#include "common/base/fault.h"

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
    ERR_clear_error();
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

/* Without it OpenSSL would ask at the terminal. */
static int know_no_passphrase(char *room, int size, int writing, void *context)
{
    (void)room, (void)size, (void)writing, (void)context;
    return -1;
}

int key_from_pem(EVP_PKEY **out, struct bytes text, pem_password_cb *ask, void *context)
{
    CLEANUP(bio_free) BIO *bio = BIO_new_mem_buf(text.data, (int)text.size);

    if (!bio)
        return crypto_fault("reading a key");
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, ask ? ask : know_no_passphrase, context);

    ERR_clear_error();
    if (!key)
        return KEY_UNREADABLE;
    *out = key;
    return 0;
}

static int append(struct pem *pem, BIO *bio)
{
    char *text = NULL;
    size_t size = (size_t)BIO_get_mem_data(bio, &text);

    if (size > PEM_BYTES_MAX - pem->size)
        return FAULT(FAULT_INVALID, "a key or certificate is larger than %d bytes as text", PEM_BYTES_MAX);
    memcpy(pem->text + pem->size, text, size);
    pem->size += size;
    return 0;
}

int key_to_pem(EVP_PKEY *key, const char *passphrase, struct pem *pem)
{
    CLEANUP(bio_free) BIO *bio = BIO_new(BIO_s_secmem()); /* wiped when freed */
    const EVP_CIPHER *cipher = passphrase ? EVP_aes_256_cbc() : NULL;
    int size = passphrase ? (int)strlen(passphrase) : 0;

    ERR_clear_error();
    if (!bio || !PEM_write_bio_PKCS8PrivateKey(bio, key, cipher, passphrase, size, NULL, NULL))
        return crypto_fault("writing a key");
    return append(pem, bio);
}

X509 *certificate_from_pem(struct bytes text)
{
    CLEANUP(bio_free) BIO *bio = BIO_new_mem_buf(text.data, (int)text.size);
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

    ERR_clear_error();
    return certificate;
}

int certificate_to_pem(X509 *certificate, struct pem *pem)
{
    CLEANUP(bio_free) BIO *bio = BIO_new(BIO_s_mem());

    ERR_clear_error();
    if (!bio || !PEM_write_bio_X509(bio, certificate))
        return crypto_fault("writing a certificate");
    return append(pem, bio);
}

uint64_t certificate_end_ms(const X509 *certificate)
{
    struct tm end = { 0 };

    return ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) == 1 ? (uint64_t)timegm(&end) * 1000 : 0;
}
