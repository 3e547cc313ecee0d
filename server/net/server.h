/*
 * server.h: the running server: the writer, the loops, and the order in which they start and stop. Main thread.
 */
#pragma once

#include "server/ledger/ledger.h"

struct server;

enum {
    CONNECTIONS_DEFAULT = 10000,
    PER_ADDRESS_DEFAULT = 64, /* a town hall behind one address */
    THREADS_MAX = 64,
};

struct server_options {
    struct ledger *ledger;   /* open; its vault too */
    struct journal *journal; /* open for appending */
    const struct clock *clock;
    const char *listen;   /* HOST:PORT */
    unsigned threads;     /* loops; 0: one a core, but for one core that is the writer's */
    unsigned connections; /* 0: the default, or less where RLIMIT_NOFILE is lower */
    unsigned per_address; /* 0: the default */
};

int server_start(struct server **out, const struct server_options *options);
/* Reads the certificate and key again, for connections that come from now on. */
int server_reload(struct server *server);
unsigned server_threads(const struct server *server);
/* Answers what has begun, says goodbye, and ends. */
struct server *server_stop(struct server *server);
