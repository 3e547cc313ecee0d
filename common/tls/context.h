/*
 * context.h: the TLS policy in one place: 1.3 only, AES-256-GCM and ChaCha20-Poly1305, X25519, P-256 and P-384,
 * ALPN "cimonitor/1", no tickets, no compression, no early data.
 *
 * A context is made on one thread and may be shared by loops afterwards (SSL_CTX is counted).
 */
#pragma once

#include <openssl/ssl.h>

#include "common/base/cleanup.h"

#define TLS_ALPN "cimonitor/1"

struct tls_server_options {
    const char *certificate_file, *key_file; /* PEM; certificate with its chain */
    const char *ca_file;                     /* client certificates must chain to it; expiry alone is tolerated here */
};
struct tls_client_options {
    const char *ca_file;          /* NULL: enrolment; the peer is checked by fingerprint instead */
    const char *certificate_file; /* NULL: none */
    EVP_PKEY *key;                /* of the certificate; borrowed */
};

int tls_server_context(SSL_CTX **out, const struct tls_server_options *options);
int tls_client_context(SSL_CTX **out, const struct tls_client_options *options);
SSL_CTX *tls_context_free(SSL_CTX *context);
DEFINE_CLEANUP(SSL_CTX, tls_context_free)
