/*
 * Connections over loopback: peers that split, pipeline, stop reading, flood, cut and fall silent.
 */
#include "common/net/connection.h"

#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/fault.h"
#include "tests/support/unit.h"
#include "tests/unit/common/net/scene.h"

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

static unsigned client_frames;
static int client_result = 1; /* until on_closed says */

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
    client_result = result;
}

static const struct connection_handler client_handler = { client_on_open, client_on_frame, scene_too_large, NULL,
                                                          client_on_closed };

static void client_start(const char *host)
{
    struct connection_options options = { .context = client_context,
                                          .host = host,
                                          .limit = scene_limit,
                                          .handler = &client_handler,
                                          .handshake_timeout_ms = 5000 };
    struct connection *client;

    client_frames = 0;
    assert_int_equal(connection_connect(&client, &scene.loop, (struct sockaddr *)&scene.address, &options), 0);
}

static void a_client_and_a_server_close_in_order(void **state)
{
    (void)state;
    scene.answer_bytes = BIG_BYTES;
    client_start("127.0.0.1");
    uv_run(&scene.loop, UV_RUN_DEFAULT);
    assert_int_equal(client_frames, 1);
    assert_int_equal(client_result, 0);
    assert_int_equal(scene.result, 0);
}

static void a_server_of_another_name_is_refused(void **state)
{
    (void)state;
    client_start("elsewhere.example");
    uv_run(&scene.loop, UV_RUN_DEFAULT);
    assert_int_equal(client_result, -FAULT_PEER);
    assert_int_equal(client_frames, 0);
    assert_int_equal(scene.result, -FAULT_PEER);
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
