/*
 * scene.h: a real server over loopback, which says what it saw, and a raw TLS client over a blocking socket, played in a
 * thread, for what our own client would never do.
 */
#pragma once

#include <openssl/ssl.h>
#include <stdbool.h>
#include <uv.h>

#include "common/net/connection.h"
#include "tests/support/certificates.h"

enum { PING_BYTES = 8, BIG_BYTES = 256 * 1024 };

extern struct certificates files;
extern SSL_CTX *server_context, *client_context;

/* What the server saw, and how it shall behave. */
extern struct scene {
    uv_loop_t loop;
    uv_tcp_t listener;
    struct sockaddr_in address;
    struct connection *server;
    unsigned frames, too_large, closed, drained;
    size_t queued_most, payload_last, declared_last;
    int result;
    size_t answer_bytes; /* of every answer; 0: none */
    bool hold;           /* not ready after a frame */
    bool peer_present;
    unsigned handshake_ms, idle_ms, stall_ms;
} scene;

/* For the group, and for each test: a listener and an empty loop; and nothing left of them. */
int contexts_make(void **state);
int contexts_free(void **state);
int listen_anew(void **state);
int loop_is_empty(void **state);

/* Type 1: up to 1 MiB; type 2: 16 bytes; others are unknown. */
uint32_t scene_limit(uint16_t type);
void scene_too_large(struct connection *connection, void *owner, const struct frame *frame);

struct raw {
    int socket;
    SSL *ssl;
};

struct raw raw_connect(int receive_bytes); /* TCP alone */
struct raw raw_open(int receive_bytes);    /* and TLS; `receive_bytes`: of the socket, 0 for the usual */
void raw_close(struct raw raw);
/* A frame that says `size` and holds `really`. */
void raw_send(struct raw raw, uint16_t type, uint32_t size, uint32_t really);
/* Reads until the peer closes; how much it was. */
size_t raw_drain(struct raw raw);

extern size_t peer_heard; /* what a peer read, for after its play */
/* Runs the server until its one connection has closed, with `peer` in a thread. */
void play(void *(*peer)(void *));
