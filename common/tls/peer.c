/*
 * peer.c: who is on the other side of a channel: what its certificate says, and at enrolment, whether its CA is the one
 * whose fingerprint the invitation holds. On the channel's thread.
 */
#include <openssl/x509v3.h>
#include <string.h>

#include "common/tls/inside.h"
#include "common/tls/key.h"

static bool key_fingerprint(uint8_t out[DIGEST_BYTES], X509 *certificate)
{
    unsigned char *packed = NULL;
    int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &packed);

    if (size <= 0)
        return false;
    digest_bytes(out, packed, (size_t)size);
    OPENSSL_free(packed);
    return true;
}

static void read_subject(const X509 *certificate, struct tls_peer *peer)
{
    X509_NAME *subject = X509_get_subject_name(certificate);
    char person[2 * sizeof peer->person];

    if (X509_NAME_get_text_by_NID(subject, NID_organizationName, person, sizeof person) == sizeof peer->person - 1)
        memcpy(peer->person, person, sizeof peer->person);
    peer->not_after_ms = certificate_end_ms(certificate);
}

bool tls_peer_of(X509 *certificate, struct tls_peer *peer)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate);
    int size = ASN1_STRING_length(serial);

    *peer = (struct tls_peer){ 0 };
    if (size < 0 || (size_t)size > sizeof peer->serial || !key_fingerprint(peer->fingerprint, certificate))
        return false;
    memcpy(peer->serial, ASN1_STRING_get0_data(serial), (size_t)size);
    peer->serial_size = (size_t)size;
    read_subject(certificate, peer);
    peer->present = true;
    return true;
}

void tls_channel_peer(const struct tls_channel *channel, struct tls_peer *peer)
{
    X509 *certificate = SSL_get0_peer_certificate(channel->ssl);
    long verified = SSL_get_verify_result(channel->ssl);

    *peer = (struct tls_peer){ 0 };
    if (certificate && (verified == X509_V_OK || verified == X509_V_ERR_CERT_HAS_EXPIRED) &&
        tls_peer_of(certificate, peer))
        peer->expired = verified == X509_V_ERR_CERT_HAS_EXPIRED;
}

static X509 *find_by_fingerprint(STACK_OF(X509) * chain, const uint8_t *fingerprint, size_t size)
{
    for (int i = 0; i < sk_X509_num(chain); i++) {
        uint8_t digest[DIGEST_BYTES];
        unsigned digest_size = sizeof digest;

        if (X509_digest(sk_X509_value(chain, i), EVP_sha256(), digest, &digest_size) == 1 &&
            digest_equal(digest, fingerprint, size))
            return sk_X509_value(chain, i);
    }
    return NULL;
}

/* Signed by `ca` and nobody else, in date, a server's, and for `host`. */
static bool leaf_is_sound(X509 *leaf, X509 *ca, const char *host)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *check = X509_STORE_CTX_new();
    bool sound = store && check && X509_STORE_add_cert(store, ca) == 1 &&
                 X509_STORE_CTX_init(check, store, leaf, NULL) == 1 &&
                 X509_STORE_CTX_set_default(check, "ssl_server") == 1;

    if (sound) {
        X509_VERIFY_PARAM *wanted = X509_STORE_CTX_get0_param(check);

        sound = X509_VERIFY_PARAM_set1_ip_asc(wanted, host) == 1 || X509_VERIFY_PARAM_set1_host(wanted, host, 0) == 1;
    }
    sound = sound && X509_verify_cert(check) == 1;
    X509_STORE_CTX_free(check);
    X509_STORE_free(store);
    return sound;
}

bool tls_channel_peer_has_ca(const struct tls_channel *channel, const uint8_t *fingerprint, size_t size,
                             const char *host)
{
    X509 *leaf = SSL_get0_peer_certificate(channel->ssl);
    STACK_OF(X509) *chain = SSL_get_peer_cert_chain(channel->ssl);
    X509 *ca;

    if (size == 0 || size > DIGEST_BYTES || !leaf || !chain)
        return false;
    ca = find_by_fingerprint(chain, fingerprint, size);
    ERR_clear_error();
    return ca && X509_check_ca(ca) > 0 && leaf_is_sound(leaf, ca, host);
}
