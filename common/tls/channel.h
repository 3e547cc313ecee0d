/*
 * channel.h: one TLS conversation between two memory BIOs. Never a socket, never a clock.
 *
 * Ciphertext in, plaintext out, and back. The owner moves bytes: after each call it drains the output. Lives on
 * one loop thread. Memory per idle channel is bounded (SSL_MODE_RELEASE_BUFFERS, writes of at most 16 KiB).
 */
#pragma once

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/buffer.h"
#include "common/base/cleanup.h"
#include "common/base/digest.h"

enum tls_state { TLS_HANDSHAKING, TLS_OPEN, TLS_PEER_CLOSED, TLS_LOCAL_CLOSED, TLS_CLOSED, TLS_FAILED };

struct tls_channel;

/* `host` (client only): name or IP address to check and to send as SNI; NULL on the server. */
int tls_channel_new(struct tls_channel **out, SSL_CTX *context, bool server, const char *host);
struct tls_channel *tls_channel_free(struct tls_channel *channel);
DEFINE_CLEANUP(struct tls_channel, tls_channel_free)

enum tls_state tls_channel_state(const struct tls_channel *channel);
/* Ciphertext from the peer; all of it is taken (at most 64 KiB a call). */
int tls_channel_feed(struct tls_channel *channel, const void *bytes, size_t size);
/* Goes on with the handshake, then decrypts into `plain` until it holds `want` bytes or nothing more is there. */
int tls_channel_read(struct tls_channel *channel, struct buffer *plain, size_t want);
/* Encrypts everything; state must be OPEN or PEER_CLOSED. At most 16 KiB a record. */
int tls_channel_write(struct tls_channel *channel, const void *bytes, size_t size);
/* Moves ciphertext for the peer to the end of `out`. */
int tls_channel_drain(struct tls_channel *channel, struct buffer *out);
size_t tls_channel_pending(const struct tls_channel *channel); /* ciphertext fed but not decrypted yet */
void tls_channel_shutdown(struct tls_channel *channel);        /* queues close_notify */

/* The peer, after the handshake. */
struct tls_peer {
    bool present;                      /* it gave a certificate that chains to our CA */
    bool expired;                      /* which is past its end, by less than 400 days (more: the handshake fails) */
    uint8_t fingerprint[DIGEST_BYTES]; /* SHA-256 of its public key (SPKI) */
    uint8_t serial[20];
    size_t serial_size;
    char person[18];       /* whom it was issued to: the subject's organization; empty where it does not fit */
    uint64_t not_after_ms; /* its end */
};
void tls_channel_peer(const struct tls_channel *channel, struct tls_peer *peer);
/* The same of a certificate that was found sound in another way; false where it says what no certificate of ours says. */
bool tls_peer_of(X509 *certificate, struct tls_peer *peer);
/* Enrolment: true where the peer's chain ends in a CA with this SHA-256 (first `size` bytes), and the leaf is signed by
 * it, in date and for `host`. */
bool tls_channel_peer_has_ca(const struct tls_channel *channel, const uint8_t *fingerprint, size_t size,
                             const char *host);
