/*
 * A real server over loopback; the peers are our own client, and a raw TLS client over a blocking socket in a thread for
 * what ours would never do.
 */
#include "common/net/connection.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "common/base/fault.h"
#include "common/tls/context.h"
#include "common/wire/message.h"
#include "tests/support/certificates.h"
#include "tests/support/unit.h"

enum { PING_BYTES = 8, BIG_BYTES = 256 * 1024 };

static struct certificates files;
static SSL_CTX *server_context, *client_context;

/* What the server saw, and how it shall behave. */
static struct scene {
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

static uint32_t limit(uint16_t type)
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

static void on_too_large(struct connection *connection, void *owner, const struct frame *frame)
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

static const struct connection_handler handler = { on_open, on_frame, on_too_large, on_drained, on_closed };

static void on_connection(uv_stream_t *listener, int status)
{
    struct connection_options options = {
        .context = server_context,
        .server = true,
        .limit = limit,
        .handler = &handler,
        .handshake_timeout_ms = scene.handshake_ms,
        .idle_timeout_ms = scene.idle_ms,
        .stall_timeout_ms = scene.stall_ms,
    };

    assert_int_equal(status, 0);
    assert_int_equal(connection_accept(&scene.server, listener, &options), 0);
}

static int listen_anew(void **state)
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

static int loop_is_empty(void **state)
{
    (void)state;
    return uv_loop_close(&scene.loop);
}

/* ---- the raw peer ---- */

struct raw {
    int socket;
    SSL *ssl;
};

static struct raw raw_connect(int receive_bytes)
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

static struct raw raw_open(int receive_bytes)
{
    struct raw raw = raw_connect(receive_bytes);

    raw.ssl = SSL_new(client_context);
    SSL_set_fd(raw.ssl, raw.socket);
    if (SSL_connect(raw.ssl) != 1)
        abort();
    return raw;
}

static void raw_close(struct raw raw)
{
    SSL_free(raw.ssl);
    close(raw.socket);
}

static void raw_send(struct raw raw, uint16_t type, uint32_t size, uint32_t really)
{
    uint8_t *bytes = calloc(1, FRAME_HEADER_BYTES + really);

    frame_write(bytes, &(struct frame){ .length = size, .type = type, .request = 7 });
    SSL_write(raw.ssl, bytes, (int)(FRAME_HEADER_BYTES + really));
    free(bytes);
}

/* Bytes until the peer closes. */
static size_t raw_drain(struct raw raw)
{
    char bytes[4096];
    size_t total = 0;
    int got;

    while ((got = SSL_read(raw.ssl, bytes, sizeof bytes)) > 0)
        total += (size_t)got;
    return total;
}

static size_t peer_heard;

static void play(void *(*peer)(void *))
{
    pthread_t thread;

    peer_heard = 0;
    assert_int_equal(pthread_create(&thread, NULL, peer, NULL), 0);
    uv_run(&scene.loop, UV_RUN_DEFAULT);
    pthread_join(thread, NULL);
    assert_int_equal(scene.closed, 1);
}

/* ---- the stories ---- */

static void *peer_pipelines_and_half_closes(void *unused)
{
    struct raw raw = raw_open(0);

    (void)unused;
    for (int i = 0; i < 50; i++)
        raw_send(raw, 1, PING_BYTES, PING_BYTES);
    raw_send(raw, 1, 200 * 1024, 200 * 1024);
    SSL_shutdown(raw.ssl);
    peer_heard = raw_drain(raw);
    raw_close(raw);
    return NULL;
}

static void answers_everything_before_a_half_close(void **state)
{
    (void)state;
    scene.answer_bytes = PING_BYTES;
    play(peer_pipelines_and_half_closes);
    assert_int_equal(scene.frames, 51);
    assert_int_equal(scene.payload_last, 200 * 1024);
    assert_int_equal(peer_heard, 51 * (FRAME_HEADER_BYTES + PING_BYTES));
    assert_int_equal(scene.result, 0);
    assert_true(scene.peer_present);
}

/* Every byte of ciphertext in a segment of its own. */
static void *peer_splits_records(void *unused)
{
    struct raw raw = raw_open(0);
    BIO *memory = BIO_new(BIO_s_mem());
    char byte;
    int one = 1;

    (void)unused;
    setsockopt(raw.socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    SSL_set0_wbio(raw.ssl, memory);
    raw_send(raw, 1, PING_BYTES, PING_BYTES);
    raw_send(raw, 1, PING_BYTES, PING_BYTES);
    SSL_shutdown(raw.ssl);
    while (BIO_read(memory, &byte, 1) == 1)
        if (send(raw.socket, &byte, 1, MSG_NOSIGNAL) != 1)
            abort();
    peer_heard = raw_drain(raw);
    raw_close(raw);
    return NULL;
}

static void waits_for_split_records(void **state)
{
    (void)state;
    scene.answer_bytes = PING_BYTES;
    play(peer_splits_records);
    assert_int_equal(scene.frames, 2);
    assert_int_equal(peer_heard, 2 * (FRAME_HEADER_BYTES + PING_BYTES));
}

static void *peer_never_reads(void *unused)
{
    struct raw raw = raw_open(4096);

    (void)unused;
    for (int i = 0; i < 200000; i++) {
        uint8_t bytes[FRAME_HEADER_BYTES + PING_BYTES] = { 0 };

        frame_write(bytes, &(struct frame){ .length = PING_BYTES, .type = 1 });
        if (SSL_write(raw.ssl, bytes, sizeof bytes) <= 0)
            break;
    }
    raw_close(raw);
    return NULL;
}

static void a_peer_that_never_reads_stays_bounded_and_goes(void **state)
{
    (void)state;
    scene.answer_bytes = 16 * 1024;
    scene.stall_ms = 500;
    play(peer_never_reads);
    assert_int_equal(scene.result, -FAULT_NETWORK);
    assert_non_null(strstr(fault_message(), "has taken nothing"));
    assert_in_range(scene.queued_most, 1, CONNECTION_SEND_MARK + 20 * 1024);
}

static void *peer_floods_key_updates(void *unused)
{
    struct raw raw = raw_open(4096);

    (void)unused;
    for (int i = 0; i < 200000; i++)
        if (SSL_key_update(raw.ssl, SSL_KEY_UPDATE_REQUESTED) != 1 || SSL_do_handshake(raw.ssl) != 1)
            break;
    raw_close(raw);
    return NULL;
}

static void watch_queue(uv_timer_t *timer)
{
    (void)timer;
    if (scene.server && scene.closed == 0 && connection_queued(scene.server) > scene.queued_most)
        scene.queued_most = connection_queued(scene.server);
    if (scene.closed > 0 && !uv_is_closing((uv_handle_t *)timer))
        uv_close((uv_handle_t *)timer, NULL);
}

static void a_flood_of_key_updates_stays_bounded(void **state)
{
    uv_timer_t timer;

    (void)state;
    scene.stall_ms = 500;
    uv_timer_init(&scene.loop, &timer);
    uv_timer_start(&timer, watch_queue, 1, 1);
    play(peer_floods_key_updates);
    assert_int_equal(scene.result, -FAULT_NETWORK);
    assert_in_range(scene.queued_most, 0, CONNECTION_SEND_MARK + 64 * 1024);
}

static void *peer_says_nothing(void *unused)
{
    struct raw raw = raw_connect(0);
    char byte;

    (void)unused;
    (void)!recv(raw.socket, &byte, 1, 0);
    raw_close(raw);
    return NULL;
}

static void a_handshake_has_its_time(void **state)
{
    (void)state;
    scene.handshake_ms = 200;
    play(peer_says_nothing);
    assert_int_equal(scene.result, -FAULT_NETWORK);
    assert_int_equal(scene.frames, 0);
}

static void *peer_resets(void *unused)
{
    struct raw raw = raw_open(0);
    struct linger now = { .l_onoff = 1 };

    (void)unused;
    raw_send(raw, 1, 100, 50);
    setsockopt(raw.socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    raw_close(raw);
    return NULL;
}

static void a_reset_is_a_fault_and_drops_the_half_frame(void **state)
{
    (void)state;
    play(peer_resets);
    assert_int_equal(scene.result, -FAULT_NETWORK);
    assert_int_equal(scene.frames, 0);
}

static void *peer_cuts(void *unused)
{
    struct raw raw = raw_open(0);

    (void)unused;
    raw_send(raw, 1, PING_BYTES, PING_BYTES);
    raw_send(raw, 1, 100, 50);
    shutdown(raw.socket, SHUT_WR);
    peer_heard = raw_drain(raw);
    raw_close(raw);
    return NULL;
}

static void bytes_that_end_without_a_word_are_a_cut(void **state)
{
    (void)state;
    play(peer_cuts);
    assert_int_equal(scene.frames, 1);
    assert_int_equal(scene.result, -FAULT_NETWORK);
    assert_non_null(strstr(fault_message(), "was cut"));
}

static void *peer_sends_too_much(void *unused)
{
    struct raw raw = raw_open(0);

    (void)unused;
    raw_send(raw, 2, 500 * 1024, 500 * 1024);
    peer_heard = raw_drain(raw);
    raw_close(raw);
    return NULL;
}

static void the_answer_to_a_frame_that_is_too_large_arrives(void **state)
{
    (void)state;
    play(peer_sends_too_much);
    assert_int_equal(scene.too_large, 1);
    assert_int_equal(peer_heard, FRAME_HEADER_BYTES + PING_BYTES);
    assert_int_equal(scene.result, 0);
}

static void *peer_sends_an_unknown_type(void *unused)
{
    struct raw raw = raw_open(0);

    (void)unused;
    raw_send(raw, 99, 60 * 1024, 60 * 1024);
    raw_send(raw, 1, PING_BYTES, PING_BYTES);
    SSL_shutdown(raw.ssl);
    raw_drain(raw);
    raw_close(raw);
    return NULL;
}

static void the_payload_of_an_unknown_type_is_skipped(void **state)
{
    (void)state;
    play(peer_sends_an_unknown_type);
    assert_int_equal(scene.frames, 2);
    assert_int_equal(scene.payload_last, PING_BYTES);
    assert_int_equal(scene.too_large, 0);
}

static void *peer_idles(void *unused)
{
    struct raw raw = raw_open(0);

    (void)unused;
    raw_drain(raw);
    raw_close(raw);
    return NULL;
}

static void a_silent_peer_goes(void **state)
{
    (void)state;
    scene.idle_ms = 200;
    play(peer_idles);
    assert_int_equal(scene.result, -FAULT_NETWORK);
    assert_non_null(strstr(fault_message(), "nothing was heard"));
}

/* ---- our own client ---- */

static unsigned client_frames, client_closed;
static int client_result;

static void client_on_open(struct connection *connection, void *owner)
{
    uint8_t bytes[FRAME_HEADER_BYTES + PING_BYTES] = { 0 };

    (void)owner;
    frame_write(bytes, &(struct frame){ .length = PING_BYTES, .type = 1, .request = 9 });
    connection_send(connection, bytes, sizeof bytes);
}

static void client_on_frame(struct connection *connection, void *owner, const struct frame *frame, struct bytes payload)
{
    (void)owner, (void)frame;
    client_frames++;
    assert_int_equal(payload.size, BIG_BYTES);
    connection_close(connection);
}

static void client_on_closed(struct connection *connection, void *owner, int result)
{
    (void)connection, (void)owner;
    client_closed++;
    client_result = result;
}

static const struct connection_handler client_handler = { client_on_open, client_on_frame, on_too_large, NULL,
                                                          client_on_closed };

static void client_start(const char *host)
{
    struct connection_options options = { .context = client_context,
                                          .host = host,
                                          .limit = limit,
                                          .handler = &client_handler,
                                          .handshake_timeout_ms = 5000 };
    struct connection *client;

    client_frames = client_closed = 0;
    assert_int_equal(connection_connect(&client, &scene.loop, (struct sockaddr *)&scene.address, &options), 0);
}

static void a_client_and_a_server_close_in_order(void **state)
{
    (void)state;
    scene.answer_bytes = BIG_BYTES;
    client_start("127.0.0.1");
    uv_run(&scene.loop, UV_RUN_DEFAULT);
    assert_int_equal(client_frames, 1);
    assert_int_equal(client_closed, 1);
    assert_int_equal(client_result, 0);
    assert_int_equal(scene.result, 0);
}

static void a_server_of_another_name_is_refused(void **state)
{
    (void)state;
    client_start("elsewhere.example");
    uv_run(&scene.loop, UV_RUN_DEFAULT);
    assert_int_equal(client_result, -FAULT_CRYPTO);
    assert_int_equal(client_frames, 0);
    assert_int_equal(scene.result, -FAULT_CRYPTO);
}

static void a_server_that_is_not_there_is_a_fault(void **state)
{
    (void)state;
    uv_close((uv_handle_t *)&scene.listener, NULL);
    uv_run(&scene.loop, UV_RUN_DEFAULT);
    client_start("127.0.0.1");
    uv_run(&scene.loop, UV_RUN_DEFAULT);
    assert_int_equal(client_result, -FAULT_NETWORK);
}

static int contexts_make(void **state)
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

static int contexts_free(void **state)
{
    (void)state;
    tls_context_free(server_context);
    tls_context_free(client_context);
    certificates_remove(&files);
    return 0;
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, listen_anew, loop_is_empty)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        STORY(answers_everything_before_a_half_close),
        STORY(waits_for_split_records),
        STORY(a_peer_that_never_reads_stays_bounded_and_goes),
        STORY(a_flood_of_key_updates_stays_bounded),
        STORY(a_handshake_has_its_time),
        STORY(a_reset_is_a_fault_and_drops_the_half_frame),
        STORY(bytes_that_end_without_a_word_are_a_cut),
        STORY(the_answer_to_a_frame_that_is_too_large_arrives),
        STORY(the_payload_of_an_unknown_type_is_skipped),
        STORY(a_silent_peer_goes),
        STORY(a_client_and_a_server_close_in_order),
        STORY(a_server_of_another_name_is_refused),
        STORY(a_server_that_is_not_there_is_a_fault),
    };

    return cmocka_run_group_tests_name("unit.connection", tests, contexts_make, contexts_free);
}
