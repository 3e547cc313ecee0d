/*
 * Two channels that talk in memory, over certificates made for the occasion.
 */
#include "common/tls/channel.h"

#include <string.h>

#include "common/base/fault.h"
#include "common/tls/context.h"
#include "tests/support/certificates.h"
#include "tests/support/unit.h"

enum { DAY = 24 * 60 * 60 };

struct pair {
    struct certificates files;
    SSL_CTX *contexts[2];
    struct tls_channel *client, *server;
    struct buffer wire, client_plain, server_plain;
    int client_result, server_result;
};

/* Which credentials the client has. */
enum client_kind { TRUSTS_AND_SHOWS, TRUSTS_ONLY, KNOWS_NOTHING };

static void pair_open(struct pair *pair, enum client_kind kind, long client_ends_in, const char *host)
{
    struct tls_client_options client = { 0 };

    memset(pair, 0, sizeof *pair);
    certificates_make(&pair->files, client_ends_in);
    if (kind != KNOWS_NOTHING)
        client.ca_file = pair->files.ca;
    if (kind == TRUSTS_AND_SHOWS) {
        client.certificate_file = pair->files.client;
        client.key = pair->files.client_key;
    }
    assert_int_equal(tls_client_context(&pair->contexts[0], &client), 0);
    assert_int_equal(
        tls_server_context(&pair->contexts[1],
                           &(struct tls_server_options){ pair->files.server, pair->files.server_key, pair->files.ca }),
        0);
    assert_int_equal(tls_channel_new(&pair->client, pair->contexts[0], false, host), 0);
    assert_int_equal(tls_channel_new(&pair->server, pair->contexts[1], true, NULL), 0);
    buffer_init(&pair->wire, 4 * 1024 * 1024);
    buffer_init(&pair->client_plain, 4 * 1024 * 1024);
    buffer_init(&pair->server_plain, 4 * 1024 * 1024);
}

static void pair_done(struct pair *pair)
{
    tls_channel_free(pair->client);
    tls_channel_free(pair->server);
    tls_context_free(pair->contexts[0]);
    tls_context_free(pair->contexts[1]);
    buffer_done(&pair->wire);
    buffer_done(&pair->client_plain);
    buffer_done(&pair->server_plain);
    certificates_remove(&pair->files);
}

/* Reads on one side and carries what it says to the other, in pieces of `piece` bytes. */
static int carry(struct pair *pair, struct tls_channel *from, struct buffer *plain, struct tls_channel *to,
                 size_t piece)
{
    int result = 0;

    if (tls_channel_state(from) != TLS_FAILED)
        result = tls_channel_read(from, plain, plain->limit);
    assert_int_equal(tls_channel_drain(from, &pair->wire), 0);
    while (buffer_size(&pair->wire) > 0) {
        size_t size = buffer_size(&pair->wire) < piece ? buffer_size(&pair->wire) : piece;

        assert_int_equal(tls_channel_feed(to, buffer_data(&pair->wire), size), 0);
        buffer_consume(&pair->wire, size);
    }
    return result;
}

static void talk(struct pair *pair, size_t piece)
{
    for (int turn = 0; turn < 6; turn++) {
        int client = carry(pair, pair->client, &pair->client_plain, pair->server, piece);
        int server = carry(pair, pair->server, &pair->server_plain, pair->client, piece);

        pair->client_result = pair->client_result < 0 ? pair->client_result : client;
        pair->server_result = pair->server_result < 0 ? pair->server_result : server;
    }
}

static void carries_both_ways_and_closes(void **state)
{
    static uint8_t big[300 * 1024];
    struct pair pair;

    (void)state;
    memset(big, 'x', sizeof big);
    pair_open(&pair, TRUSTS_AND_SHOWS, DAY, "127.0.0.1");
    talk(&pair, 7);
    assert_int_equal(tls_channel_state(pair.client), TLS_OPEN);
    assert_int_equal(tls_channel_state(pair.server), TLS_OPEN);
    assert_int_equal(tls_channel_write(pair.client, big, sizeof big), 0);
    tls_channel_shutdown(pair.client);
    talk(&pair, 64 * 1024);
    assert_int_equal(buffer_size(&pair.server_plain), sizeof big);
    assert_int_equal(tls_channel_state(pair.server), TLS_PEER_CLOSED);
    assert_int_equal(tls_channel_write(pair.server, "still", 5), 0); /* we may still reply */
    tls_channel_shutdown(pair.server);
    assert_int_equal(tls_channel_write(pair.server, "no more", 7), -FAULT_STATE);
    talk(&pair, 64 * 1024);
    assert_memory_equal(buffer_data(&pair.client_plain), "still", 5);
    assert_int_equal(tls_channel_state(pair.client), TLS_CLOSED);
    assert_int_equal(tls_channel_state(pair.server), TLS_CLOSED);
    pair_done(&pair);
}

static void assert_peer(long client_ends_in, enum client_kind kind, bool present, bool expired)
{
    struct tls_peer peer;
    struct pair pair;

    pair_open(&pair, kind, client_ends_in, "localhost");
    talk(&pair, 64 * 1024);
    assert_int_equal(tls_channel_state(pair.server), TLS_OPEN);
    tls_channel_peer(pair.server, &peer);
    assert_int_equal(peer.present, present);
    assert_int_equal(peer.expired, expired);
    if (present) {
        assert_int_equal(peer.serial_size, 2);
        assert_memory_equal(peer.serial, "\x12\x34", 2);
    }
    pair_done(&pair);
}

static void knows_its_peer(void **state)
{
    (void)state;
    assert_peer(DAY, TRUSTS_AND_SHOWS, true, false);
    assert_peer(DAY, TRUSTS_ONLY, false, false);
    assert_peer(-399L * DAY, TRUSTS_AND_SHOWS, true, true);
}

static void refuses_a_certificate_that_ended_too_long_ago(void **state)
{
    struct pair pair;

    (void)state;
    pair_open(&pair, TRUSTS_AND_SHOWS, -401L * DAY, "localhost");
    talk(&pair, 64 * 1024);
    assert_int_equal(pair.server_result, -FAULT_CLOCK);
    assert_int_equal(tls_channel_state(pair.server), TLS_FAILED);
    assert_int_equal(tls_channel_state(pair.client), TLS_FAILED); /* the alert came over */
    pair_done(&pair);
}

static void refuses_a_server_of_another_name(void **state)
{
    struct pair pair;

    (void)state;
    pair_open(&pair, TRUSTS_AND_SHOWS, DAY, "elsewhere.example");
    talk(&pair, 64 * 1024);
    assert_int_equal(pair.client_result, -FAULT_PEER);
    assert_int_equal(tls_channel_state(pair.client), TLS_FAILED);
    pair_done(&pair);
}

static void refuses_bytes_that_are_no_tls(void **state)
{
    struct pair pair;

    (void)state;
    pair_open(&pair, TRUSTS_ONLY, DAY, NULL);
    assert_int_equal(tls_channel_feed(pair.server, "GET / HTTP/1.1\r\n\r\n", 18), 0);
    assert_int_equal(tls_channel_read(pair.server, &pair.server_plain, 100), -FAULT_PEER);
    assert_int_equal(tls_channel_state(pair.server), TLS_FAILED);
    pair_done(&pair);
}

/* A plain close_notify behind the ClientHello: OpenSSL calls that an orderly end, though nobody has shown anything. */
static void who_ends_the_handshake_was_never_here(void **state)
{
    static const uint8_t close_notify[] = { 0x15, 0x03, 0x03, 0x00, 0x02, 0x01, 0x00 };
    struct pair pair;

    (void)state;
    pair_open(&pair, TRUSTS_AND_SHOWS, DAY, NULL);
    assert_int_equal(carry(&pair, pair.client, &pair.client_plain, pair.server, 64 * 1024), 0);
    assert_int_equal(tls_channel_feed(pair.server, close_notify, sizeof close_notify), 0);
    assert_int_equal(tls_channel_read(pair.server, &pair.server_plain, 100), -FAULT_PEER);
    assert_int_equal(tls_channel_state(pair.server), TLS_FAILED);
    pair_done(&pair);
}

static void refuses_a_client_without_the_protocols_name(void **state)
{
    struct pair pair;
    SSL_CTX *plain = SSL_CTX_new(TLS_client_method());

    (void)state;
    pair_open(&pair, TRUSTS_ONLY, DAY, NULL);
    tls_channel_free(pair.client);
    assert_int_equal(tls_channel_new(&pair.client, plain, false, NULL), 0);
    talk(&pair, 64 * 1024);
    assert_int_equal(pair.server_result, -FAULT_PEER);
    assert_int_equal(pair.client_result, -FAULT_PEER);
    SSL_CTX_free(plain);
    pair_done(&pair);
}

static void at_enrolment_the_ca_is_known_by_its_fingerprint(void **state)
{
    uint8_t other[DIGEST_BYTES];
    struct pair pair;

    (void)state;
    pair_open(&pair, KNOWS_NOTHING, DAY, "127.0.0.1");
    talk(&pair, 64 * 1024);
    assert_int_equal(tls_channel_state(pair.client), TLS_OPEN);
    assert_true(tls_channel_peer_has_ca(pair.client, pair.files.ca_fingerprint, 16, "127.0.0.1"));
    assert_true(tls_channel_peer_has_ca(pair.client, pair.files.ca_fingerprint, 32, "localhost"));
    assert_false(tls_channel_peer_has_ca(pair.client, pair.files.ca_fingerprint, 16, "elsewhere.example"));
    assert_false(tls_channel_peer_has_ca(pair.client, pair.files.ca_fingerprint, 0, "127.0.0.1"));
    memcpy(other, pair.files.ca_fingerprint, sizeof other);
    other[15] ^= 1;
    assert_false(tls_channel_peer_has_ca(pair.client, other, 16, "127.0.0.1"));
    pair_done(&pair);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(carries_both_ways_and_closes),
        cmocka_unit_test(knows_its_peer),
        cmocka_unit_test(refuses_a_certificate_that_ended_too_long_ago),
        cmocka_unit_test(refuses_a_server_of_another_name),
        cmocka_unit_test(refuses_bytes_that_are_no_tls),
        cmocka_unit_test(who_ends_the_handshake_was_never_here),
        cmocka_unit_test(refuses_a_client_without_the_protocols_name),
        cmocka_unit_test(at_enrolment_the_ca_is_known_by_its_fingerprint),
    };

    return RUN_UNIT("channel", tests);
}
