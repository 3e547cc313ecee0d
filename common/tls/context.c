/*
 * context.c: makes SSL_CTXs by the one policy of context.h. Reads the credential files; knows no sockets and no people.
 */
#include "common/tls/context.h"

#include <string.h>
#include <time.h>

#include "common/base/fault.h"
#include "common/tls/inside.h"

/* As it goes over the wire: a length and the name. */
static const unsigned char alpn[] = { sizeof TLS_ALPN - 1, 'c', 'i', 'm', 'o', 'n', 'i', 't', 'o', 'r', '/', '1' };
_Static_assert(sizeof alpn == sizeof TLS_ALPN, "the name on the wire is the name in the header");

static int policy(SSL_CTX *context)
{
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    if (SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_ciphersuites(context, "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") != 1 ||
        SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") != 1 || SSL_CTX_set_num_tickets(context, 0) != 1)
        return FAULT(FAULT_CRYPTO, "OpenSSL does not offer what this program needs: %s", tls_reason());
    return 0;
}

static int context_new(SSL_CTX **out, const SSL_METHOD *method)
{
    CLEANUP(tls_context_free) SSL_CTX *context = NULL;

    ERR_clear_error();
    context = SSL_CTX_new(method);
    if (!context)
        return FAULT(FAULT_CRYPTO, "OpenSSL cannot be used: %s", tls_reason());
    TRY(policy(context));
    *out = TAKE(&context);
    return 0;
}

SSL_CTX *tls_context_free(SSL_CTX *context)
{
    SSL_CTX_free(context);
    return NULL;
}

static int use_ca(SSL_CTX *context, const char *file)
{
    if (SSL_CTX_load_verify_file(context, file) != 1)
        return FAULT(FAULT_CRYPTO, "the CA's certificate %s cannot be read: %s", file, tls_reason());
    return 0;
}

static int use_certificate(SSL_CTX *context, const char *file)
{
    if (SSL_CTX_use_certificate_chain_file(context, file) != 1)
        return FAULT(FAULT_CRYPTO, "the certificate %s cannot be read: %s", file, tls_reason());
    return 0;
}

static int alpn_select(SSL *ssl, const unsigned char **out, unsigned char *out_size, const unsigned char *offered,
                       unsigned offered_size, void *unused)
{
    unsigned char *chosen;

    (void)ssl, (void)unused;
    if (SSL_select_next_proto(&chosen, out_size, alpn, sizeof alpn, offered, offered_size) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

/* OpenSSL does not ask alpn_select where the client names no protocol at all. */
static int alpn_require(SSL *ssl, int *alert, void *unused)
{
    const unsigned char *extension;
    size_t size;

    (void)unused;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &extension, &size) == 1)
        return SSL_CLIENT_HELLO_SUCCESS;
    *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
    return SSL_CLIENT_HELLO_ERROR;
}

/* A client that was away too long may still renew; what else it may not do is the session's to say (tls_peer.expired). */
static int tolerate_expired(int sound, X509_STORE_CTX *chain)
{
    time_t oldest = time(NULL) - EXPIRED_TOLERATED_SECONDS;

    if (sound || X509_STORE_CTX_get_error(chain) != X509_V_ERR_CERT_HAS_EXPIRED ||
        X509_STORE_CTX_get_error_depth(chain) != 0)
        return sound;
    return X509_cmp_time(X509_get0_notAfter(X509_STORE_CTX_get_current_cert(chain)), &oldest) > 0;
}

int tls_server_context(SSL_CTX **out, const struct tls_server_options *options)
{
    CLEANUP(tls_context_free) SSL_CTX *context = NULL;

    TRY(context_new(&context, TLS_server_method()));
    TRY(use_ca(context, options->ca_file));
    TRY(use_certificate(context, options->certificate_file));
    if (SSL_CTX_use_PrivateKey_file(context, options->key_file, SSL_FILETYPE_PEM) != 1)
        return FAULT(FAULT_CRYPTO, "the key %s cannot be used: %s", options->key_file, tls_reason());
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(options->ca_file));
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, tolerate_expired); /* a certificate is optional: enrolment */
    SSL_CTX_set_alpn_select_cb(context, alpn_select, NULL);
    SSL_CTX_set_client_hello_cb(context, alpn_require, NULL);
    *out = TAKE(&context);
    return 0;
}

int tls_client_context(SSL_CTX **out, const struct tls_client_options *options)
{
    CLEANUP(tls_context_free) SSL_CTX *context = NULL;

    TRY(context_new(&context, TLS_client_method()));
    if (options->ca_file)
        TRY(use_ca(context, options->ca_file));
    SSL_CTX_set_verify(context, options->ca_file ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
    if (options->certificate_file) {
        TRY(use_certificate(context, options->certificate_file));
        if (SSL_CTX_use_PrivateKey(context, options->key) != 1)
            return FAULT(FAULT_CRYPTO, "the key does not belong to %s: %s", options->certificate_file, tls_reason());
    }
    if (SSL_CTX_set_alpn_protos(context, alpn, sizeof alpn) != 0)
        return FAULT(FAULT_MEMORY, "out of memory");
    *out = TAKE(&context);
    return 0;
}
