/*
 * pump.c: the one function that every event of a connection ends in. It decrypts, hands out frames, sends, and goes on
 * with closing, until nothing moves; when a gate opens it is called again, since ciphertext that was fed already makes
 * no new event. Upcalls are made from here, so calls that the owner makes in them only leave a note to go round again.
 */
#include "common/net/inside.h"

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/wire/message.h"

/* The one backpressure rule: no request in flight, and the send queue below its mark. */
static bool may_take(const struct connection *connection)
{
    return connection->life == LIFE_OPEN && connection->ready &&
           send_queue_size(&connection->queue) < CONNECTION_SEND_MARK;
}

static bool may_decrypt(const struct connection *connection)
{
    enum tls_state state = tls_channel_state(connection->channel);

    return (connection->life == LIFE_OPEN && state == TLS_HANDSHAKING) || (may_take(connection) && state == TLS_OPEN);
}

/*
 * A socket is read on until one read's worth of ciphertext waits undecrypted. So whoever keeps to one request at a
 * time never makes us turn reading off and on, which costs two system calls.
 */
static bool may_receive(const struct connection *connection)
{
    enum tls_state state = tls_channel_state(connection->channel);

    if (connection->life == LIFE_LINGERING)
        return true;
    if (connection->life != LIFE_OPEN || connection->cut)
        return false;
    return state == TLS_HANDSHAKING ||
           (state == TLS_OPEN && tls_channel_pending(connection->channel) < CONNECTION_READ_BYTES);
}

int connection_flush(struct connection *connection)
{
    int error;

    TRY(tls_channel_drain(connection->channel, &connection->queue.waiting));
    error = send_queue_flush(&connection->queue);
    if (error < 0)
        return FAULT(FAULT_NETWORK, "the connection with %s broke: %s", connection->address, uv_strerror(error));
    if (send_queue_size(&connection->queue) == 0)
        connection->moved_ms = 0;
    else if (connection->moved_ms == 0)
        connection->moved_ms = uv_now(connection->tcp.loop);
    return 0;
}

/* Enough for the frame at the front, and for small ones behind it. */
static size_t wanted(const struct connection *connection)
{
    size_t want = CONNECTION_READ_BYTES;

    if (buffer_size(&connection->plain) >= FRAME_HEADER_BYTES && connection->skip == 0) {
        struct frame frame = frame_read(buffer_data(&connection->plain));

        if (frame.length <= FRAME_PAYLOAD_MAX && FRAME_HEADER_BYTES + frame.length > want)
            want = FRAME_HEADER_BYTES + frame.length;
    }
    return want;
}

static void decrypt(struct connection *connection)
{
    int result = tls_channel_read(connection->channel, &connection->plain, wanted(connection));
    int flushed = connection_flush(connection); /* whatever came of it: an alert may be in there */

    if (flushed < 0)
        connection_drop(connection, flushed);
    else if (result < 0)
        connection_finish(connection, result);
}

static void announce(struct connection *connection)
{
    enum tls_state state = tls_channel_state(connection->channel);

    if (connection->announced || (state != TLS_OPEN && state != TLS_PEER_CLOSED))
        return;
    connection->announced = true;
    connection->heard_ms = uv_now(connection->tcp.loop);
    connection->options.handler->on_open(connection, connection->options.owner);
}

static void hand_out(struct connection *connection, const struct frame *frame, struct bytes payload)
{
    connection->ready = false;
    connection->again = true;
    connection->heard_ms = uv_now(connection->tcp.loop);
    connection->options.handler->on_frame(connection, connection->options.owner, frame, payload);
    buffer_consume(&connection->plain, FRAME_HEADER_BYTES + payload.size);
}

static void hand_out_refused(struct connection *connection, const struct frame *frame)
{
    if (connection->options.limit(frame->type) == 0 && frame->length <= MESSAGE_UNKNOWN_SKIP_MAX) {
        connection->skip = frame->length;
        hand_out(connection, frame, bytes_of(NULL, 0));
        return;
    }
    connection->ready = false;
    connection->options.handler->on_too_large(connection, connection->options.owner, frame);
    connection_finish(connection, 0);
}

/* No whole frame is there: more may wait undecrypted, or nothing will come any more. */
static void frame_missing(struct connection *connection)
{
    enum tls_state state = tls_channel_state(connection->channel);

    if (may_decrypt(connection) && tls_channel_pending(connection->channel) > 0)
        connection->again = true;
    else if (state == TLS_PEER_CLOSED)
        connection_finish(connection, 0);
    else if (connection->cut)
        connection_drop(connection, FAULT(FAULT_NETWORK, "the connection with %s was cut", connection->address));
}

static void next_frame(struct connection *connection)
{
    struct frame frame;
    struct bytes payload;
    size_t skip = buffer_size(&connection->plain);

    if (skip > connection->skip)
        skip = connection->skip;
    buffer_consume(&connection->plain, skip);
    connection->skip -= (uint32_t)skip;
    if (connection->skip > 0) {
        frame_missing(connection);
        return;
    }
    switch (frame_next(bytes_of(buffer_data(&connection->plain), buffer_size(&connection->plain)),
                       connection->options.limit, &frame, &payload)) {
    case 0: hand_out(connection, &frame, payload); break;
    case FRAME_TOO_LARGE: hand_out_refused(connection, &frame); break;
    default: frame_missing(connection);
    }
}

/* After the last byte: close_notify, then the end of our direction. */
static void go_on_closing(struct connection *connection)
{
    int flushed;

    tls_channel_shutdown(connection->channel);
    flushed = connection_flush(connection);
    if (flushed < 0)
        connection_drop(connection, flushed);
    else if (send_queue_size(&connection->queue) == 0)
        connection_linger(connection);
}

static void round_once(struct connection *connection)
{
    if (may_decrypt(connection))
        decrypt(connection);
    if (connection->life == LIFE_OPEN)
        announce(connection);
    if (may_take(connection))
        next_frame(connection);
    if (connection->life == LIFE_CLOSING)
        go_on_closing(connection);
}

void connection_pump(struct connection *connection)
{
    CHECK(connection->magic == CONNECTION_MAGIC);
    if (connection->pumping) {
        connection->again = true;
        return;
    }
    connection->pumping = true;
    do {
        connection->again = false;
        round_once(connection);
    } while (connection->again && connection->life != LIFE_GONE);
    connection->pumping = false;
    buffer_trim(&connection->plain);
    if (connection->life != LIFE_GONE)
        connection_set_reading(connection, may_receive(connection));
}
