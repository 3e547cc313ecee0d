/*
 * lane.h: one TLS connection of the generator, the same for both sides: bytes out, bytes in, and how many of them.
 *
 * A plain socket under OpenSSL's own socket BIO, nothing of what is measured: the server's connection room is not used
 * here. Opening blocks; after that nothing does, except a write that the socket does not take at once. One thread.
 */
#pragma once

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/buffer.h"
#include "common/base/cleanup.h"

enum { LANE_REPLY_BYTES_MAX = 2 * 1024 * 1024 };

struct lane {
    int fd;
    SSL *ssl;
    struct buffer in, out; /* plaintext: received and not looked at yet; to be sent */
};

/*
 * TLS 1.3 with AES-256-GCM only, so that both sides do the same work. FOLDER holds ca.pem, certificate.pem and key.pem.
 * `alpn` NULL: none.
 */
int lane_context(SSL_CTX **out, const char *folder, const char *alpn);
SSL_CTX *lane_context_free(SSL_CTX *context);
DEFINE_CLEANUP(SSL_CTX, lane_context_free)

int lane_open(struct lane *lane, const struct sockaddr_in *address, SSL_CTX *context);
void lane_close(struct lane *lane);
/* Everything in `out`. */
int lane_send(struct lane *lane);
/* What has come, to the end of `in`. */
int lane_receive(struct lane *lane);
/* Blocks until something has come; a fault after half a minute of nothing. */
int lane_await(struct lane *lane);

/* Ciphertext, as the socket carried it. */
uint64_t lane_bytes_in(const struct lane *lane);
uint64_t lane_bytes_out(const struct lane *lane);
