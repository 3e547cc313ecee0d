/*
 * connection.c: the life of a connection: its socket and timer, how it begins and how it ends. What moves in it is
 * pump.c's. Knows frames only as bytes with a limit. On its loop's thread.
 */
#include "common/net/connection.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/net/inside.h"

enum {
    LINGER_MS = 2000,    /* for the peer to read our last words */
    TICKS_A_TIMEOUT = 4, /* timers are looked at, not set anew by every event; so they are this exact */
    SEND_PART_BYTES = 16 * 1024,
    SEND_GATHER_BYTES = 64 * 1024, /* of a long answer go in one system call */
};

static struct connection *connection_of(void *data)
{
    struct connection *connection = data;

    CHECK(connection->magic == CONNECTION_MAGIC);
    return connection;
}

/* ---- ending ---- */

static void on_handle_closed(uv_handle_t *handle)
{
    struct connection *connection = connection_of(handle->data);

    if (--connection->handles > 0)
        return;
    if (connection->options.handler) {
        if (connection->result < 0)
            FAULT((enum fault) - connection->result, "%s", connection->message ? connection->message : "out of memory");
        connection->options.handler->on_closed(connection, connection->options.owner, connection->result);
    }
    tls_channel_free(connection->channel);
    send_queue_done(&connection->queue);
    buffer_done(&connection->plain);
    free(connection->message);
    connection->magic = 0;
    free(connection);
}

static void keep_result(struct connection *connection, int result)
{
    if (connection->result < 0 || result >= 0)
        return;
    connection->result = result;
    connection->message = strdup(fault_message());
}

void connection_drop(struct connection *connection, int result)
{
    if (connection->life == LIFE_GONE)
        return;
    keep_result(connection, result);
    connection->life = LIFE_GONE;
    uv_close((uv_handle_t *)&connection->tcp, on_handle_closed);
    uv_close((uv_handle_t *)&connection->timer, on_handle_closed);
}

void connection_finish(struct connection *connection, int result)
{
    if (connection->life != LIFE_OPEN)
        return;
    keep_result(connection, result);
    connection->life = LIFE_CLOSING;
    connection_pump(connection);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    if (status < 0 && status != UV_ECANCELED)
        connection_drop(connection_of(request->data), 0);
}

static void on_tick(uv_timer_t *timer);

void connection_linger(struct connection *connection)
{
    connection->request.shutdown.data = connection;
    connection->life = LIFE_LINGERING;
    if (connection->cut || tls_channel_state(connection->channel) == TLS_CLOSED ||
        uv_shutdown(&connection->request.shutdown, (uv_stream_t *)&connection->tcp, on_shutdown) < 0 ||
        uv_timer_start(&connection->timer, on_tick, LINGER_MS, 0) < 0)
        connection_drop(connection, 0);
}

/* ---- events ---- */

static void on_written(struct send_queue *queue, int status)
{
    struct connection *connection = connection_of(queue->stream->data);

    if (connection->life == LIFE_GONE)
        return;
    if (status < 0) {
        connection_drop(connection, FAULT(FAULT_NETWORK, "the connection with %s broke: %s", connection->address,
                                          uv_strerror(status)));
        return;
    }
    if (send_queue_size(queue) == 0)
        connection->moved_ms = 0;
    connection_pump(connection);
    if (connection->life == LIFE_OPEN && send_queue_size(queue) == 0 && connection->options.handler->on_drained)
        connection->options.handler->on_drained(connection, connection->options.owner);
}

/* One slab a thread: libuv asks for memory and fills it in one go. */
static void on_allocate(uv_handle_t *handle, size_t wish, uv_buf_t *out)
{
    static _Thread_local char slab[CONNECTION_READ_BYTES];

    (void)handle, (void)wish;
    *out = uv_buf_init(slab, sizeof slab);
}

static void on_bytes(struct connection *connection, const void *bytes, size_t size)
{
    int fed;

    connection->bytes_in += size;
    if (connection->life == LIFE_LINGERING)
        return;
    fed = tls_channel_feed(connection->channel, bytes, size);
    if (fed < 0)
        connection_drop(connection, fed);
    else
        connection_pump(connection);
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct connection *connection = connection_of(stream->data);

    if (size > 0) {
        on_bytes(connection, buffer->base, (size_t)size);
    } else if (size < 0 && connection->life == LIFE_LINGERING) {
        connection_drop(connection, 0);
    } else if (size == UV_EOF) {
        connection->cut = true;
        connection_pump(connection);
    } else if (size < 0) {
        connection_drop(connection, FAULT(FAULT_NETWORK, "the connection with %s broke: %s", connection->address,
                                          uv_strerror((int)size)));
    }
}

void connection_set_reading(struct connection *connection, bool reading)
{
    int error = 0;

    if (reading == connection->reading)
        return;
    connection->reading = reading;
    if (reading)
        error = uv_read_start((uv_stream_t *)&connection->tcp, on_allocate, on_read);
    else
        uv_read_stop((uv_stream_t *)&connection->tcp);
    if (error < 0)
        connection_drop(connection, FAULT(FAULT_NETWORK, "the connection with %s cannot be read: %s",
                                          connection->address, uv_strerror(error)));
}

/* ---- timers ---- */

static bool is_over(unsigned timeout_ms, uint64_t now, uint64_t since)
{
    return timeout_ms > 0 && now - since >= timeout_ms;
}

static bool has_stalled(struct connection *connection, uint64_t now)
{
    uint64_t progress = send_queue_progress(&connection->queue);

    if (connection->moved_ms == 0)
        return false;
    if (progress != connection->moved) {
        connection->moved = progress;
        connection->moved_ms = now;
    }
    return is_over(connection->options.stall_timeout_ms, now, connection->moved_ms);
}

static void on_tick(uv_timer_t *timer)
{
    struct connection *connection = connection_of(timer->data);
    const struct connection_options *options = &connection->options;
    uint64_t now = uv_now(timer->loop);

    if (connection->life == LIFE_LINGERING)
        connection_drop(connection, 0);
    else if (!connection->announced && is_over(options->handshake_timeout_ms, now, connection->opened_ms))
        connection_drop(connection, FAULT(FAULT_NETWORK, "no secure connection with %s within %u seconds",
                                          connection->address, (options->handshake_timeout_ms + 999) / 1000));
    else if (has_stalled(connection, now))
        connection_drop(connection, FAULT(FAULT_NETWORK, "%s has taken nothing for %u seconds", connection->address,
                                          (options->stall_timeout_ms + 999) / 1000));
    else if (connection->announced && connection->ready && is_over(options->idle_timeout_ms, now, connection->heard_ms))
        connection_finish(connection, FAULT(FAULT_NETWORK, "nothing was heard from %s for %u seconds",
                                            connection->address, (options->idle_timeout_ms + 999) / 1000));
}

static uint64_t tick_ms(const struct connection_options *options)
{
    const unsigned timeouts[] = { options->handshake_timeout_ms, options->idle_timeout_ms, options->stall_timeout_ms };
    unsigned least = 0;

    for (size_t i = 0; i < sizeof timeouts / sizeof timeouts[0]; i++)
        if (timeouts[i] > 0 && (least == 0 || timeouts[i] < least))
            least = timeouts[i];
    return (least + TICKS_A_TIMEOUT - 1) / TICKS_A_TIMEOUT;
}

/* ---- beginning ---- */

static void print_address(char *out, size_t size, const struct sockaddr *address)
{
    char host[INET6_ADDRSTRLEN] = "?";
    bool six = address->sa_family == AF_INET6;
    const void *number = six ? (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr
                             : (const void *)&((const struct sockaddr_in *)address)->sin_addr;
    in_port_t port =
        six ? ((const struct sockaddr_in6 *)address)->sin6_port : ((const struct sockaddr_in *)address)->sin_port;

    inet_ntop(address->sa_family, number, host, sizeof host);
    snprintf(out, size, six ? "[%s]:%u" : "%s:%u", host, ntohs(port));
}

/* From here on, the memory belongs to the handles: ending it is connection_drop. */
static int connection_new(struct connection **out, uv_loop_t *loop, const struct connection_options *options)
{
    CLEANUP(tls_channel_free) struct tls_channel *channel = NULL;
    struct connection *connection;
    uint64_t tick = tick_ms(options);

    TRY(tls_channel_new(&channel, options->context, options->server, options->host));
    connection = calloc(1, sizeof *connection);
    if (!connection)
        return FAULT(FAULT_MEMORY, "out of memory");
    connection->magic = CONNECTION_MAGIC;
    connection->options = *options;
    connection->options.handler = NULL; /* nobody hears of it before it was given out */
    connection->channel = TAKE(&channel);
    connection->ready = true;
    connection->opened_ms = uv_now(loop);
    snprintf(connection->address, sizeof connection->address, "?");
    buffer_init(&connection->plain, FRAME_HEADER_BYTES + FRAME_PAYLOAD_MAX + CONNECTION_READ_BYTES);
    uv_tcp_init(loop, &connection->tcp);
    uv_timer_init(loop, &connection->timer);
    connection->tcp.data = connection->timer.data = connection;
    connection->handles = 2;
    send_queue_init(&connection->queue, (uv_stream_t *)&connection->tcp, on_written);
    if (tick > 0)
        uv_timer_start(&connection->timer, on_tick, tick, tick);
    *out = connection;
    return 0;
}

void connection_set_limit(struct connection *connection, uint32_t (*limit)(uint16_t type))
{
    connection->options.limit = limit;
}

static int refuse(struct connection *connection, int error)
{
    int result = FAULT(FAULT_NETWORK, "no connection with %s: %s", connection->address, uv_strerror(error));

    connection_drop(connection, result);
    return result;
}

int connection_accept(struct connection **out, uv_stream_t *listener, const struct connection_options *options)
{
    struct connection *connection;
    struct sockaddr_storage address = { 0 };
    int size = sizeof address, error;

    TRY(connection_new(&connection, listener->loop, options));
    error = uv_accept(listener, (uv_stream_t *)&connection->tcp);
    if (error == 0)
        error = uv_tcp_getpeername(&connection->tcp, (struct sockaddr *)&address, &size);
    if (error == 0)
        error = uv_tcp_nodelay(&connection->tcp, 1);
    if (error < 0)
        return refuse(connection, error);
    print_address(connection->address, sizeof connection->address, (struct sockaddr *)&address);
    connection->options.handler = options->handler;
    connection_set_reading(connection, true);
    *out = connection;
    return 0;
}

static void on_connect(uv_connect_t *request, int status)
{
    struct connection *connection = connection_of(request->data);

    if (status == UV_ECANCELED || connection->life == LIFE_GONE)
        return;
    if (status == 0)
        status = uv_tcp_nodelay(&connection->tcp, 1);
    if (status < 0)
        refuse(connection, status);
    else
        connection_pump(connection);
}

int connection_connect(struct connection **out, uv_loop_t *loop, const struct sockaddr *address,
                       const struct connection_options *options)
{
    struct connection *connection;
    int error;

    TRY(connection_new(&connection, loop, options));
    print_address(connection->address, sizeof connection->address, address);
    connection->request.connect.data = connection;
    error = uv_tcp_connect(&connection->request.connect, &connection->tcp, address, on_connect);
    if (error < 0)
        return refuse(connection, error);
    connection->options.handler = options->handler;
    *out = connection;
    return 0;
}

/* ---- what the owner does ---- */

void connection_ready(struct connection *connection)
{
    connection->ready = true;
    connection->heard_ms = uv_now(connection->tcp.loop);
    connection_pump(connection);
}

static int encrypt(struct connection *connection, const uint8_t *at, size_t size)
{
    while (size > 0) {
        size_t part = size < SEND_PART_BYTES ? size : SEND_PART_BYTES;

        TRY(tls_channel_write(connection->channel, at, part));
        TRY(tls_channel_drain(connection->channel, &connection->queue.waiting));
        at += part;
        size -= part;
        if (size == 0 || buffer_size(&connection->queue.waiting) >= SEND_GATHER_BYTES)
            TRY(connection_flush(connection));
    }
    return 0;
}

void connection_send(struct connection *connection, const void *bytes, size_t size)
{
    int result;

    if (connection->life != LIFE_OPEN)
        return;
    result = encrypt(connection, bytes, size);
    if (result < 0)
        connection_drop(connection, result);
}

size_t connection_queued(const struct connection *connection)
{
    return send_queue_size(&connection->queue);
}

void connection_close(struct connection *connection)
{
    connection_finish(connection, 0);
}

void connection_abandon(struct connection *connection)
{
    connection_drop(connection, 0);
}

const struct tls_channel *connection_channel(const struct connection *connection)
{
    return connection->channel;
}

const char *connection_address(const struct connection *connection)
{
    return connection->address;
}

uint64_t connection_bytes_in(const struct connection *connection)
{
    return connection->bytes_in;
}

uint64_t connection_bytes_out(const struct connection *connection)
{
    return send_queue_progress(&connection->queue);
}
