/*
 * inside.h: one connection as this room's files see it.
 *
 * connection.c owns its life (handles, timers, closing), pump.c moves what is in it. Life goes one way:
 *
 *     open ── finish ──> closing (flush, close_notify, FIN) ──> lingering (reads and drops) ──> gone (handles closing)
 *       └───────────────────────────────── drop ─────────────────────────────────────────────────┘
 */
#pragma once

#include "common/base/buffer.h"
#include "common/net/connection.h"
#include "common/net/send_queue.h"

enum { CONNECTION_MAGIC = 0x636f6e6e };

enum connection_life { LIFE_OPEN, LIFE_CLOSING, LIFE_LINGERING, LIFE_GONE };

struct connection {
    uint32_t magic;
    unsigned handles; /* open ones; memory goes with the last */
    uv_tcp_t tcp;
    uv_timer_t timer;
    union {
        uv_connect_t connect;
        uv_shutdown_t shutdown;
    } request; /* never both at once */
    struct connection_options options;
    struct tls_channel *channel;
    struct buffer plain; /* decrypted, not yet a whole frame or not yet asked for */
    struct send_queue queue;
    enum connection_life life;
    bool announced; /* on_open was called */
    bool ready;     /* the owner takes a frame */
    bool cut;       /* bytes ended */
    bool reading;
    bool pumping, again;
    uint32_t skip;                /* of a refused payload, still to come */
    uint64_t opened_ms, heard_ms; /* begun; last whole frame or last ready */
    uint64_t moved_ms, moved;     /* when the peer last took something (0: nothing waits), and how far it was then */
    uint64_t bytes_in;
    int result;    /* for on_closed */
    char *message; /* of the fault in result */
    char address[64];
};

/* pump.c: everything that can go on, goes on; for every event. */
void connection_pump(struct connection *connection);
/* pump.c: moves the channel's output to the socket. A fault is the caller's to pass to connection_finish. */
int connection_flush(struct connection *connection);

/* connection.c: closes in order, after what is queued; `result` 0 or a fault just reported. */
void connection_finish(struct connection *connection, int result);
/* connection.c: closes at once. Both may be called from anywhere; on_closed comes later, from the loop. */
void connection_drop(struct connection *connection, int result);
/* connection.c: everything is said; waits a moment for the peer to have read it, since closing over unread bytes
 * resets the connection and takes our last words with it. */
void connection_linger(struct connection *connection);
void connection_set_reading(struct connection *connection, bool reading);
