/*
 * key.c: keys, requests and certificates by way of OpenSSL; the one file of the client that takes them apart.
 */
#include "client/identity/key.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <time.h>

#include "client/identity/passphrase.h"
#include "common/base/fault.h"

static inline BIO *bio_free(BIO *bio)
{
    BIO_free(bio);
    return NULL;
}
DEFINE_CLEANUP(BIO, bio_free)

static inline X509 *x509_free(X509 *certificate)
{
    X509_free(certificate);
    return NULL;
}
DEFINE_CLEANUP(X509, x509_free)

static inline X509_REQ *request_free(X509_REQ *request)
{
    X509_REQ_free(request);
    return NULL;
}
DEFINE_CLEANUP(X509_REQ, request_free)

static int crypto_fault(const char *doing)
{
    char reason[160];

    ERR_error_string_n(ERR_peek_last_error(), reason, sizeof reason);
    return FAULT(FAULT_CRYPTO, "cannot %s: %s", doing, reason);
}

EVP_PKEY *key_free(EVP_PKEY *key)
{
    EVP_PKEY_free(key);
    return NULL;
}

int key_make(EVP_PKEY **out)
{
    ERR_clear_error();
    EVP_PKEY *key = EVP_EC_gen("P-256");

    if (!key)
        return crypto_fault("make a key");
    *out = key;
    return 0;
}

/* What OpenSSL asks with when it meets an encrypted key. */
struct asking {
    int fault;
};

static int on_passphrase(char *room, int size, int writing, void *context)
{
    struct asking *asking = context;
    char passphrase[PASSPHRASE_SIZE];

    (void)writing;
    asking->fault = passphrase_ask(passphrase, false);
    size_t length = asking->fault == 0 ? strlen(passphrase) : 0;
    bool fits = asking->fault == 0 && length <= (size_t)size;

    if (fits)
        memcpy(room, passphrase, length);
    OPENSSL_cleanse(passphrase, sizeof passphrase);
    return fits ? (int)length : -1;
}

int key_read(EVP_PKEY **out, struct bytes pem)
{
    struct asking asking = { 0 };

    ERR_clear_error();
    CLEANUP(bio_free) BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.size);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, on_passphrase, &asking) : NULL;

    if (asking.fault)
        return asking.fault;
    if (!key)
        return FAULT(FAULT_CRYPTO, "the key cannot be opened: the passphrase is wrong, or key.pem is damaged");
    *out = key;
    return 0;
}

static int append_bio(BIO *bio, struct buffer *pem)
{
    char *text = NULL;
    long size = BIO_get_mem_data(bio, &text);

    return buffer_append(pem, text, (size_t)size);
}

int key_write(EVP_PKEY *key, const char *passphrase, struct buffer *pem)
{
    ERR_clear_error();
    CLEANUP(bio_free) BIO *bio = BIO_new(BIO_s_secmem());
    const EVP_CIPHER *cipher = passphrase ? EVP_aes_256_cbc() : NULL;
    int size = passphrase ? (int)strlen(passphrase) : 0;

    if (!bio || !PEM_write_bio_PKCS8PrivateKey(bio, key, cipher, passphrase, size, NULL, NULL))
        return crypto_fault("write the key");
    return append_bio(bio, pem);
}

int key_request(EVP_PKEY *key, struct arena *arena, struct bytes *request)
{
    ERR_clear_error();
    CLEANUP(request_free) X509_REQ *made = X509_REQ_new();
    unsigned char *der = NULL;

    if (!made || !X509_REQ_set_version(made, X509_REQ_VERSION_1) || !X509_REQ_set_pubkey(made, key) ||
        !X509_REQ_sign(made, key, EVP_sha256()))
        return crypto_fault("make a certificate request");
    int size = i2d_X509_REQ(made, &der);

    if (size <= 0)
        return crypto_fault("make a certificate request");
    void *copy = arena_copy(arena, der, (size_t)size);

    OPENSSL_free(der);
    if (!copy)
        return FAULT(FAULT_MEMORY, "out of memory for a certificate request");
    *request = bytes_of(copy, (size_t)size);
    return 0;
}

int key_certificate_pem(struct bytes der, EVP_PKEY *key, struct buffer *pem, uint64_t *ends_ms)
{
    const unsigned char *at = der.data;
    struct tm end;

    ERR_clear_error();
    CLEANUP(x509_free) X509 *certificate = d2i_X509(NULL, &at, (long)der.size);

    if (!certificate || at != (const unsigned char *)der.data + der.size ||
        !ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end))
        return FAULT(FAULT_CORRUPT, "the server sent a certificate that cannot be read");
    if (key && !X509_check_private_key(certificate, key))
        return FAULT(FAULT_CORRUPT, "the server sent a certificate for another key");
    CLEANUP(bio_free) BIO *bio = BIO_new(BIO_s_mem());

    if (!bio || !PEM_write_bio_X509(bio, certificate))
        return crypto_fault("write the certificate");
    *ends_ms = (uint64_t)timegm(&end) * 1000;
    return append_bio(bio, pem);
}

bool key_has_certificate(EVP_PKEY *key, struct bytes pem)
{
    CLEANUP(bio_free) BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.size);
    CLEANUP(x509_free) X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    bool fits = certificate && X509_check_private_key(certificate, key) == 1;

    ERR_clear_error();
    return fits;
}
