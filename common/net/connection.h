/*
 * connection.h: a uv_tcp_t with a TLS channel on it: frames in, frames out.
 *
 * One pump for every event (STYLE.md's checklist is kept here): reads only while its owner is ready, the send queue is
 * below its mark and the peer is open. Lives on its loop's thread; its memory goes in the last close callback.
 */
#pragma once

#include <stdbool.h>
#include <uv.h>

#include "common/tls/channel.h"
#include "common/wire/frame.h"

struct connection;

enum {
    CONNECTION_READ_BYTES = 16 * 1024, /* one read from the socket */
    CONNECTION_SEND_MARK = 128 * 1024, /* above it nothing is decrypted */
};

struct connection_handler {
    /* TLS is open; `connection_peer` tells who. */
    void (*on_open)(struct connection *connection, void *owner);
    /* One whole frame; `payload` is borrowed for the call. Not called again until connection_ready. */
    void (*on_frame)(struct connection *connection, void *owner, const struct frame *frame, struct bytes payload);
    /* A frame longer than its type allows; answer and close. */
    void (*on_too_large)(struct connection *connection, void *owner, const struct frame *frame);
    /* Everything queued was handed to the kernel (for conflated events). May be NULL. */
    void (*on_drained)(struct connection *connection, void *owner);
    /* The last call. `result`: 0 the peer or we closed in order, else a fault whose message says what. */
    void (*on_closed)(struct connection *connection, void *owner, int result);
};

struct connection_options {
    SSL_CTX *context;
    bool server;
    const char *host;                 /* client: for SNI and the check */
    uint32_t (*limit)(uint16_t type); /* message_limit, or a session's own */
    const struct connection_handler *handler;
    void *owner;
    unsigned handshake_timeout_ms, idle_timeout_ms, stall_timeout_ms; /* 0: none */
};

/* Server: takes over an accepted connection. */
int connection_accept(struct connection **out, uv_stream_t *listener, const struct connection_options *options);
/* Client: connects; `address` is a numeric address with port. Timeouts as given; faults arrive in on_closed. */
int connection_connect(struct connection **out, uv_loop_t *loop, const struct sockaddr *address,
                       const struct connection_options *options);

/* Other limits from the next frame on: a session that learns in on_open whom it has before it narrows or widens them. */
void connection_set_limit(struct connection *connection, uint32_t (*limit)(uint16_t type));
/* The owner is ready for the next frame (it is not, from on_frame on, until this). Pumps. */
void connection_ready(struct connection *connection);
/* Encrypts and sends; bytes are copied. Faults close the connection. */
void connection_send(struct connection *connection, const void *bytes, size_t size);
size_t connection_queued(const struct connection *connection);
/* Sends what is queued, then close_notify, then closes. Idempotent. */
void connection_close(struct connection *connection);
/* Closes at once and says nothing; on_closed comes later, from the loop. */
void connection_abandon(struct connection *connection);
const struct tls_channel *connection_channel(const struct connection *connection);
/* "127.0.0.1:4711"; for the log. */
const char *connection_address(const struct connection *connection);
uint64_t connection_bytes_in(const struct connection *connection);
uint64_t connection_bytes_out(const struct connection *connection);
