/*
 * transport.h: frames to and from the server over TLS, blocking, on a loop of its own. Knows no message.
 */
#pragma once

#include "client/identity/home.h"
#include "common/base/bytes.h"
#include "common/base/cleanup.h"
#include "common/tls/context.h"
#include "common/wire/frame.h"

struct transport;

enum transport_outcome { TRANSPORT_TIMEOUT = 1 };

struct transport_options {
    const char *address; /* HOST:PORT, as in an invitation code */
    SSL_CTX *context;
    const uint8_t *ca; /* enrolment: the first ca_size bytes of the fingerprint of the server's CA; else NULL */
    size_t ca_size;
};

/* Connects; TLS is open and the server is the right one when this returns 0. */
int transport_open(struct transport **out, const struct transport_options *options);
/* With the home's own certificate, to the server that it knows. */
int transport_open_home(struct transport **out, struct home *home, const struct identity *identity);
/* Says goodbye in order; accepts NULL. */
struct transport *transport_close(struct transport *transport);
DEFINE_CLEANUP(struct transport, transport_close)

/* FAULT_NETWORK where the session has ended; waits for nothing. */
int transport_send(struct transport *transport, uint16_t type, uint32_t request, const ProtobufCMessage *message);
/* The next frame; its payload is borrowed until the next call. TRANSPORT_TIMEOUT: nothing came within the time. */
int transport_receive(struct transport *transport, unsigned timeout_ms, struct frame *frame, struct bytes *payload);
uint64_t transport_bytes(const struct transport *transport); /* in and out together */
