/*
 * scene.c: the server, the raw peer and their stage. For the tests of this folder.
 */
#include "tests/unit/common/net/scene.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "common/tls/context.h"
#include "tests/support/unit.h"

struct certificates files;
SSL_CTX *server_context, *client_context;
struct scene scene;

uint32_t scene_limit(uint16_t type)
{
    return type == 1 ? 1024 * 1024 : type == 2 ? 16 : 0;
}

static void answer(struct connection *connection, size_t size)
{
    static uint8_t bytes[FRAME_HEADER_BYTES + BIG_BYTES];

    frame_write(bytes, &(struct frame){ .length = (uint32_t)size, .type = 1, .request = scene.frames });
    connection_send(connection, bytes, FRAME_HEADER_BYTES + size);
}

static void on_open(struct connection *connection, void *owner)
{
    struct tls_peer peer;

    (void)owner;
    tls_channel_peer(connection_channel(connection), &peer);
    scene.peer_present = peer.present;
}

static void on_frame(struct connection *connection, void *owner, const struct frame *frame, struct bytes payload)
{
    (void)owner;
    scene.frames++;
    scene.payload_last = payload.size;
    scene.declared_last = frame->length;
    if (scene.answer_bytes > 0)
        answer(connection, scene.answer_bytes);
    if (connection_queued(connection) > scene.queued_most)
        scene.queued_most = connection_queued(connection);
    if (!scene.hold)
        connection_ready(connection);
}

void scene_too_large(struct connection *connection, void *owner, const struct frame *frame)
{
    (void)owner, (void)frame;
    scene.too_large++;
    answer(connection, PING_BYTES);
    connection_close(connection);
}

static void on_drained(struct connection *connection, void *owner)
{
    (void)connection, (void)owner;
    scene.drained++;
}

static void on_closed(struct connection *connection, void *owner, int result)
{
    (void)connection, (void)owner;
    scene.closed++;
    scene.result = result;
    uv_close((uv_handle_t *)&scene.listener, NULL);
}

static const struct connection_handler handler = { on_open, on_frame, scene_too_large, on_drained, on_closed };

static void on_connection(uv_stream_t *listener, int status)
{
    struct connection_options options = {
        .context = server_context,
        .server = true,
        .limit = scene_limit,
        .handler = &handler,
        .handshake_timeout_ms = scene.handshake_ms,
        .idle_timeout_ms = scene.idle_ms,
        .stall_timeout_ms = scene.stall_ms,
    };

    assert_int_equal(status, 0);
    assert_int_equal(connection_accept(&scene.server, listener, &options), 0);
}

int listen_anew(void **state)
{
    int size = sizeof scene.address;

    (void)state;
    memset(&scene, 0, sizeof scene);
    scene.handshake_ms = scene.idle_ms = scene.stall_ms = 5000;
    uv_loop_init(&scene.loop);
    uv_tcp_init(&scene.loop, &scene.listener);
    uv_ip4_addr("127.0.0.1", 0, &scene.address);
    uv_tcp_bind(&scene.listener, (struct sockaddr *)&scene.address, 0);
    uv_tcp_getsockname(&scene.listener, (struct sockaddr *)&scene.address, &size);
    return uv_listen((uv_stream_t *)&scene.listener, 16, on_connection);
}

int loop_is_empty(void **state)
{
    (void)state;
    return uv_loop_close(&scene.loop);
}

/* ---- the raw peer ---- */

struct raw raw_connect(int receive_bytes)
{
    struct raw raw = { .socket = socket(AF_INET, SOCK_STREAM, 0) };
    struct timeval patience = { .tv_sec = 10 };

    if (receive_bytes > 0)
        setsockopt(raw.socket, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    setsockopt(raw.socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(raw.socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(raw.socket, (struct sockaddr *)&scene.address, sizeof scene.address) != 0)
        abort();
    return raw;
}

struct raw raw_open(int receive_bytes)
{
    struct raw raw = raw_connect(receive_bytes);

    raw.ssl = SSL_new(client_context);
    SSL_set_fd(raw.ssl, raw.socket);
    if (SSL_connect(raw.ssl) != 1)
        abort();
    return raw;
}

void raw_close(struct raw raw)
{
    SSL_free(raw.ssl);
    close(raw.socket);
}

void raw_send(struct raw raw, uint16_t type, uint32_t size, uint32_t really)
{
    uint8_t *bytes = calloc(1, FRAME_HEADER_BYTES + really);

    frame_write(bytes, &(struct frame){ .length = size, .type = type, .request = 7 });
    SSL_write(raw.ssl, bytes, (int)(FRAME_HEADER_BYTES + really));
    free(bytes);
}

size_t raw_drain(struct raw raw)
{
    char bytes[4096];
    size_t total = 0;
    int got;

    while ((got = SSL_read(raw.ssl, bytes, sizeof bytes)) > 0)
        total += (size_t)got;
    return total;
}

size_t peer_heard;

void play(void *(*peer)(void *))
{
    pthread_t thread;

    peer_heard = 0;
    assert_int_equal(pthread_create(&thread, NULL, peer, NULL), 0);
    uv_run(&scene.loop, UV_RUN_DEFAULT);
    pthread_join(thread, NULL);
    assert_int_equal(scene.closed, 1);
}

int contexts_make(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    certificates_make(&files, 1000);
    if (tls_server_context(&server_context, &(struct tls_server_options){ files.server, files.server_key, files.ca }) <
        0)
        return -1;
    return tls_client_context(&client_context,
                              &(struct tls_client_options){ files.ca, files.client, files.client_key });
}

int contexts_free(void **state)
{
    (void)state;
    tls_context_free(server_context);
    tls_context_free(client_context);
    certificates_remove(&files);
    return 0;
}
