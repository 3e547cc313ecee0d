/*
 * transport.c: a loop, a name to look up, and one connection. Everything waits in here; the callbacks only note what
 * happened. One thread.
 */
#include "client/sync/transport.h"

#include <netdb.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "client/identity/key.h"
#include "common/base/buffer.h"
#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/format/language.h"
#include "common/net/connection.h"
#include "common/wire/codec.h"
#include "common/wire/invitation_code.h"
#include "common/wire/message.h"

enum { HANDSHAKE_TIMEOUT_MS = 15 * 1000, STALL_TIMEOUT_MS = 30 * 1000, FAULT_TEXT_SIZE = 400 };

struct transport {
    uv_loop_t loop;
    uv_timer_t timer;
    bool timed_out;
    struct connection *connection; /* NULL: not yet, or closed */
    bool open, closed;
    int fault; /* why it closed; 0: in order */
    char fault_text[FAULT_TEXT_SIZE];
    bool arrived; /* frame and payload hold what came last … */
    bool taken;   /* … and the caller has had it */
    struct frame frame;
    struct buffer payload;
};

/* ---- callbacks ---- */

static void on_open(struct connection *connection, void *owner)
{
    struct transport *transport = owner;

    (void)connection;
    transport->open = true;
}

static void on_frame(struct connection *connection, void *owner, const struct frame *frame, struct bytes payload)
{
    struct transport *transport = owner;

    CHECK(!transport->arrived);
    buffer_consume(&transport->payload, buffer_size(&transport->payload));
    if (buffer_append(&transport->payload, payload.data, payload.size) < 0) {
        connection_close(connection);
        return;
    }
    transport->frame = *frame;
    transport->arrived = true;
}

static void note_fault(struct transport *transport, int fault)
{
    if (transport->fault)
        return;
    transport->fault = fault;
    snprintf(transport->fault_text, sizeof transport->fault_text, "%s", fault_message());
}

static void on_too_large(struct connection *connection, void *owner, const struct frame *frame)
{
    note_fault(owner, FAULT(FAULT_INVALID, "the server sent a message of type %u that is too large: update the program",
                            frame->type));
    connection_close(connection);
}

static void on_closed(struct connection *connection, void *owner, int result)
{
    struct transport *transport = owner;

    (void)connection;
    if (result < 0)
        note_fault(transport, result);
    transport->connection = NULL;
    transport->closed = true;
}

static const struct connection_handler handler = {
    .on_open = on_open, .on_frame = on_frame, .on_too_large = on_too_large, .on_closed = on_closed
};

static void on_timer(uv_timer_t *timer)
{
    struct transport *transport = timer->data;

    transport->timed_out = true;
}

/* ---- waiting ---- */

static bool has_opened(const struct transport *transport)
{
    return transport->open;
}

static bool has_arrived(const struct transport *transport)
{
    return transport->arrived;
}

/* For waiting until the connection has closed. */
static bool never(const struct transport *transport)
{
    (void)transport;
    return false;
}

/* Runs the loop until it is so, or the connection has closed, or the time is over (0: no limit). */
static void wait_until(struct transport *transport, bool (*so)(const struct transport *transport), unsigned timeout_ms)
{
    transport->timed_out = false;
    if (timeout_ms)
        uv_timer_start(&transport->timer, on_timer, timeout_ms, 0);
    while (!so(transport) && !transport->closed && !transport->timed_out)
        uv_run(&transport->loop, UV_RUN_ONCE);
    uv_timer_stop(&transport->timer);
}

/* The fault behind a session that ended, in words of its own where it ended in order. */
static int ended(const struct transport *transport)
{
    if (transport->fault)
        return FAULT((enum fault) - transport->fault, "%s", transport->fault_text);
    return FAULT(FAULT_NETWORK, "the server ended the session");
}

/* ---- connecting ---- */

static int look_up(struct transport *transport, const struct invitation_code *address, uv_getaddrinfo_t *request)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    char port[8];

    snprintf(port, sizeof port, "%u", address->port);
    int result =
        uv_getaddrinfo(&transport->loop, request, NULL, address->host, port, &hints); /* without callback: waits */

    if (result < 0)
        return FAULT(FAULT_NETWORK, "the server's name %s cannot be found: %s", address->host, uv_strerror(result));
    return 0;
}

static int try_address(struct transport *transport, const struct sockaddr *address,
                       const struct connection_options *options)
{
    transport->closed = transport->open = false;
    transport->fault = 0;
    TRY(connection_connect(&transport->connection, &transport->loop, address, options));
    wait_until(transport, has_opened, 0);
    return transport->open && !transport->closed ? 0 : ended(transport); /* it may have opened and closed in one turn */
}

/* Each address of the name in turn; the fault of the last one counts. */
static int connect_to(struct transport *transport, const struct transport_options *options,
                      const struct invitation_code *address)
{
    const struct connection_options connection = {
        .context = options->context,
        .host = address->host,
        .limit = message_limit,
        .handler = &handler,
        .owner = transport,
        .handshake_timeout_ms = HANDSHAKE_TIMEOUT_MS,
        .stall_timeout_ms = STALL_TIMEOUT_MS,
    };
    uv_getaddrinfo_t request;

    TRY(look_up(transport, address, &request));
    int result = FAULT(FAULT_NETWORK, "the server's name %s has no address", address->host);

    for (const struct addrinfo *at = request.addrinfo; at && result < 0; at = at->ai_next)
        result = try_address(transport, at->ai_addr, &connection);
    uv_freeaddrinfo(request.addrinfo);
    return result;
}

static int check_ca(const struct transport *transport, const struct transport_options *options, const char *host)
{
    if (!options->ca ||
        tls_channel_peer_has_ca(connection_channel(transport->connection), options->ca, options->ca_size, host))
        return 0;
    return FAULT(
        FAULT_UNTRUSTED, "%s",
        say(language_from_environment(),
            "dit is niet de server waar de code voor is; er is niets verzonden. Controleer de code, en uw netwerk.",
            "this is not the server that the code is for; nothing was sent. Check the code, and your network."));
}

int transport_open(struct transport **out, const struct transport_options *options)
{
    struct invitation_code address;

    if (invitation_address_parse(&address, options->address) != 0)
        return FAULT(FAULT_INVALID, "%s is no address of a server (HOST:PORT)", options->address);
    struct transport *made = calloc(1, sizeof *made);

    if (!made)
        return FAULT(FAULT_MEMORY, "out of memory");
    if (uv_loop_init(&made->loop) != 0) {
        free(made);
        return FAULT(FAULT_IO, "no event loop can be made");
    }
    CLEANUP(transport_close) struct transport *transport = made;

    uv_timer_init(&transport->loop, &transport->timer);
    transport->timer.data = transport;
    buffer_init(&transport->payload, FRAME_PAYLOAD_MAX);
    TRY(connect_to(transport, options, &address));
    TRY(check_ca(transport, options, address.host));
    *out = TAKE(&transport);
    return 0;
}

int transport_open_home(struct transport **out, struct home *home, const struct identity *identity)
{
    CLEANUP(key_free) EVP_PKEY *key = NULL;
    CLEANUP(tls_context_free) SSL_CTX *context = NULL;

    TRY(home_key(home, &key));
    const struct tls_client_options options = { .ca_file = home_ca_file(home),
                                                .certificate_file = home_certificate_file(home),
                                                .key = key };

    TRY(tls_client_context(&context, &options));
    return transport_open(out, &(struct transport_options){ .address = identity->server, .context = context });
}

struct transport *transport_close(struct transport *transport)
{
    enum { GOODBYE_MS = 2000 };

    if (!transport)
        return NULL;
    if (transport->connection) {
        connection_close(transport->connection);
        wait_until(transport, never, GOODBYE_MS);
    }
    uv_close((uv_handle_t *)&transport->timer, NULL);
    while (uv_run(&transport->loop, UV_RUN_ONCE) != 0)
        continue;
    CHECK(uv_loop_close(&transport->loop) == 0);
    buffer_done(&transport->payload);
    free(transport);
    return NULL;
}

/* ---- frames ---- */

int transport_send(struct transport *transport, uint16_t type, uint32_t request, const ProtobufCMessage *message)
{
    struct buffer frame;

    if (transport->closed)
        return ended(transport);
    buffer_init(&frame, FRAME_HEADER_BYTES + FRAME_PAYLOAD_MAX);
    int result = codec_frame(&frame, type, 0, request, message);

    if (result == CODEC_TOO_COMPLEX)
        result = FAULT(FAULT_INVALID, "the request is too large");
    if (result == 0)
        connection_send(transport->connection, buffer_data(&frame), buffer_size(&frame));
    if (frame.bytes)
        OPENSSL_cleanse(frame.bytes, frame.capacity); /* of an enrolment it is the secret */
    buffer_done(&frame);
    return result;
}

int transport_receive(struct transport *transport, unsigned timeout_ms, struct frame *frame, struct bytes *payload)
{
    if (transport->taken) {
        transport->taken = transport->arrived = false;
        if (transport->connection)
            connection_ready(transport->connection);
    }
    wait_until(transport, has_arrived, timeout_ms);
    if (!transport->arrived)
        return transport->closed ? ended(transport) : TRANSPORT_TIMEOUT;
    transport->taken = true;
    *frame = transport->frame;
    *payload = bytes_of(buffer_data(&transport->payload), buffer_size(&transport->payload));
    return 0;
}

uint64_t transport_bytes(const struct transport *transport)
{
    const struct connection *connection = transport->connection;

    return connection ? connection_bytes_in(connection) + connection_bytes_out(connection) : 0;
}
