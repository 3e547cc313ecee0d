/*
 * key.c: the passphrase of a key, and requests and certificates taken apart; the client's one file that does.
 */
#include "client/identity/key.h"

#include <openssl/err.h>

#include "client/identity/passphrase.h"
#include "common/base/fault.h"

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

int key_open(EVP_PKEY **out, struct bytes pem)
{
    struct asking asking = { 0 };
    int result = key_from_pem(out, pem, on_passphrase, &asking);

    if (asking.fault)
        return asking.fault;
    if (result == KEY_UNREADABLE)
        return FAULT(FAULT_CRYPTO, "the key cannot be opened: the passphrase is wrong, or key.pem is damaged");
    return result;
}

int key_request(EVP_PKEY *key, struct arena *arena, struct bytes *request)
{
    ERR_clear_error();
    CLEANUP(request_free) X509_REQ *made = X509_REQ_new();
    unsigned char *der = NULL;

    if (!made || !X509_REQ_set_version(made, X509_REQ_VERSION_1) || !X509_REQ_set_pubkey(made, key) ||
        !X509_REQ_sign(made, key, EVP_sha256()))
        return crypto_fault("making a certificate request");
    int size = i2d_X509_REQ(made, &der);

    if (size <= 0)
        return crypto_fault("making a certificate request");
    void *copy = arena_copy(arena, der, (size_t)size);

    OPENSSL_free(der);
    if (!copy)
        return FAULT(FAULT_MEMORY, "out of memory for a certificate request");
    *request = bytes_of(copy, (size_t)size);
    return 0;
}

int key_certificate_pem(struct bytes der, EVP_PKEY *key, struct pem *pem, uint64_t *ends_ms)
{
    const unsigned char *at = der.data;

    ERR_clear_error();
    CLEANUP(certificate_free) X509 *certificate = d2i_X509(NULL, &at, (long)der.size);
    uint64_t end_ms = certificate ? certificate_end_ms(certificate) : 0;

    if (end_ms == 0 || at != (const unsigned char *)der.data + der.size)
        return FAULT(FAULT_CORRUPT, "the server sent a certificate that cannot be read");
    if (key && !X509_check_private_key(certificate, key))
        return FAULT(FAULT_CORRUPT, "the server sent a certificate for another key");
    TRY(certificate_to_pem(certificate, pem));
    *ends_ms = end_ms;
    return 0;
}

bool key_has_certificate(EVP_PKEY *key, struct bytes pem)
{
    CLEANUP(certificate_free) X509 *certificate = certificate_from_pem(pem);
    bool fits = certificate && X509_check_private_key(certificate, key) == 1;

    ERR_clear_error();
    return fits;
}
