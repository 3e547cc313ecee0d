/*
 * own_keys.c: the keys with which the server signs what must hold without it (receipts, answers to letters) and opens
 * letters, and their certificates: apart from the key of TLS, which changes its certificate each year and is on every
 * loop thread, and apart from each other: what signs opens nothing. After opening only read: any thread.
 */
#include <openssl/x509v3.h>
#include <time.h>

#include "common/base/fault.h"
#include "common/base/file.h"
#include "server/vault/certificate.h"
#include "server/vault/vault_inside.h"

enum { DAY_MS = 86400000 };

static const struct plan {
    const char *key_file, *certificate_file, *common_name, *usage;
} plans[OWN_KEYS] = {
    [SIGNING_KEY] = { "signing.key", "signing.pem", "CI Monitor receipts", "critical,digitalSignature,nonRepudiation" },
    [LETTERBOX_KEY] = { "letterbox.key", "letterbox.pem", "CI Monitor letterbox", "critical,keyAgreement" },
};

static int make(const struct plan *plan, const char *folder, EVP_PKEY *ca_key, X509 *ca)
{
    CLEANUP(key_free) EVP_PKEY *key = NULL;
    CLEANUP(certificate_free) X509 *certificate = NULL;
    uint64_t from_ms = certificate_begin_ms(ca); /* what reached the server before the key was made is signed for too */

    TRY(key_make(&key));
    struct certificate_plan says = {
        .common_name = plan->common_name,
        .subject_key = key,
        .issuer = ca,
        .issuer_key = ca_key,
        .now_ms = from_ms,
        .days = (long)((certificate_end_ms(ca) - from_ms) / DAY_MS), /* as long as there is anybody to trust it by */
        .extensions = { { NID_basic_constraints, "critical,CA:FALSE" },
                        { NID_key_usage, plan->usage },
                        { NID_authority_key_identifier, "keyid" } },
    };
    TRY(certificate_make(&certificate, &says));
    TRY(key_write(folder, plan->key_file, key)); /* the certificate last: without it the key was never used */
    return certificates_write(folder, plan->certificate_file, &certificate, 1);
}

int own_keys_create(const char *folder, EVP_PKEY *ca_key, X509 *ca)
{
    for (size_t i = 0; i < OWN_KEYS; i++)
        TRY(make(&plans[i], folder, ca_key, ca));
    return 0;
}

static int load(const struct plan *plan, struct vault *vault, struct own_key *own)
{
    unsigned char *der = NULL;
    int size;

    if (!file_exists(vault->folder, plan->certificate_file))
        return 0; /* a vault of before there was such a key */
    TRY(key_read(&own->key, vault->folder, plan->key_file));
    TRY(certificate_read(&own->certificate, vault->folder, plan->certificate_file));
    if (X509_check_private_key(own->certificate, own->key) != 1)
        return FAULT(FAULT_CORRUPT, "%s and %s in %s do not belong together: restore them", plan->key_file,
                     plan->certificate_file, vault->folder);
    size = i2d_X509(own->certificate, &der);
    if (size < 0)
        return crypto_fault("encoding a certificate of the server's own");
    own->der = bytes_of(der, (size_t)size);
    return 0;
}

int own_keys_load(struct vault *vault)
{
    for (size_t i = 0; i < OWN_KEYS; i++)
        TRY(load(&plans[i], vault, &vault->own[i]));
    return 0;
}

int vault_complete(struct vault *vault)
{
    for (size_t i = 0; i < OWN_KEYS; i++) {
        if (vault->own[i].key)
            continue;
        TRY(make(&plans[i], vault->folder, vault->ca_key, vault->ca));
        TRY(load(&plans[i], vault, &vault->own[i]));
    }
    return 0;
}

int own_key_find(const struct vault *vault, size_t which, const struct own_key **own)
{
    if (!vault->own[which].key)
        return FAULT(FAULT_MISSING, "%s/%s is not there yet: the next start of the server makes it", vault->folder,
                     plans[which].key_file);
    *own = &vault->own[which];
    return 0;
}

void own_keys_free(struct vault *vault)
{
    for (size_t i = 0; i < OWN_KEYS; i++) {
        EVP_PKEY_free(vault->own[i].key);
        X509_free(vault->own[i].certificate);
        OPENSSL_free((void *)(uintptr_t)vault->own[i].der.data);
    }
}

int vault_sign(const struct vault *vault, const char *purpose, struct bytes content, struct signature *signature)
{
    const struct own_key *own = NULL;

    TRY(own_key_find(vault, SIGNING_KEY, &own));
    return signature_make(own->key, purpose, content, signature);
}

struct bytes vault_signing_certificate(const struct vault *vault)
{
    return vault->own[SIGNING_KEY].der;
}
