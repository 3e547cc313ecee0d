/*
 * key.c: what both sides ask of OpenSSL about keys and certificates; private keys pass through secure memory only.
 * Knows no files, and not who may have what. Any thread.
 */
#include "common/tls/key.h"

#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <string.h>
#include <time.h>

#include "common/base/fault.h"

static inline BIO *bio_free(BIO *bio)
{
    BIO_free(bio);
    return NULL;
}
DEFINE_CLEANUP(BIO, bio_free)
static inline PKCS8_PRIV_KEY_INFO *plain_free(PKCS8_PRIV_KEY_INFO *plain)
{
    PKCS8_PRIV_KEY_INFO_free(plain); /* wipes the key */
    return NULL;
}
DEFINE_CLEANUP(PKCS8_PRIV_KEY_INFO, plain_free)

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

/* Under scrypt, as `openssl pkcs8 -scrypt`: who finds the file pays 16 MiB for each guess. Salt and IV are random. */
static X509_SIG *seal(EVP_PKEY *key, const char *passphrase)
{
    enum { N = 1 << 14, R = 8, P = 1 };
    CLEANUP(plain_free) PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);
    X509_ALGOR *how = plain ? PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL, N, R, P) : NULL;
    X509_SIG *sealed = how ? PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), plain, how) : NULL;

    if (!sealed)
        X509_ALGOR_free(how);
    return sealed;
}

static bool write_sealed(BIO *bio, EVP_PKEY *key, const char *passphrase)
{
    X509_SIG *sealed = seal(key, passphrase);
    bool written = sealed && PEM_write_bio_PKCS8(bio, sealed);

    X509_SIG_free(sealed);
    return written;
}

int key_to_pem(EVP_PKEY *key, const char *passphrase, struct pem *pem)
{
    CLEANUP(bio_free) BIO *bio = BIO_new(BIO_s_secmem()); /* wiped when freed */
    bool written;

    ERR_clear_error();
    if (!bio)
        return crypto_fault("writing a key");
    if (passphrase)
        written = write_sealed(bio, key, passphrase);
    else
        written = PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
    return written ? append(pem, bio) : crypto_fault("writing a key");
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

static uint64_t time_ms(const ASN1_TIME *time)
{
    struct tm parts = { 0 };
    time_t seconds = ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : 0;

    return seconds > 0 ? (uint64_t)seconds * 1000 : 0;
}

uint64_t certificate_begin_ms(const X509 *certificate)
{
    return time_ms(X509_get0_notBefore(certificate));
}

uint64_t certificate_end_ms(const X509 *certificate)
{
    return time_ms(X509_get0_notAfter(certificate));
}
