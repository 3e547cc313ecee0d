/*
 * phase.h: one side under one shape of load for some seconds, and what was measured. One thread.
 */
#pragma once

#include "tests/bench/histogram.h"
#include "tests/bench/protocol.h"

enum { CONNECTIONS_MAX = 1000 };

/* A server and those who talk to it. Talker and context i belong together. */
struct side {
    const struct protocol *protocol;
    struct sockaddr_in address;
    int process; /* its id, for its memory */
    size_t count;
    SSL_CTX *contexts[CONNECTIONS_MAX];
    void *talkers[CONNECTIONS_MAX];
};

struct measured {
    double per_second;          /* answers or queries */
    uint64_t p50_us, p99_us;    /* of a request: in a backlog, of all its answers together */
    double bytes_out, bytes_in; /* ciphertext an answer, from the generator's side */
    double processor_us;        /* of the server an answer: what a busy machine disturbs least */
};

/* Every connection asks, waits for the answer, asks again; opening and closing is not counted. */
int phase_run(const struct side *side, enum shape shape, size_t operations, unsigned seconds,
              struct measured *measured);
