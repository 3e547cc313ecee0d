/*
 * channel.c: an SSL between two memory BIOs. Every SSL call is made with an empty error queue and judged at once by
 * `judge`; after a failure there is no further SSL call. What is queued (an alert too) the owner drains after each call.
 * On its owner's loop thread.
 */
#include "common/tls/channel.h"

#include <string.h>
#include <time.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/tls/context.h"
#include "common/tls/inside.h"

enum { RECORD_BYTES_MAX = 16 * 1024, FEED_BYTES_MAX = 64 * 1024 };

static bool host_set(SSL *ssl, const char *host)
{
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1)
        return true;
    ERR_clear_error(); /* not an address: a name */
    return SSL_set1_host(ssl, host) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1;
}

static int channel_set_up(struct tls_channel *channel, SSL_CTX *context, bool server, const char *host)
{
    BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());

    channel->ssl = SSL_new(context);
    if (!in || !out || !channel->ssl) {
        BIO_free(in);
        BIO_free(out);
        return FAULT(FAULT_MEMORY, "out of memory");
    }
    BIO_set_mem_eof_return(in, -1);
    BIO_set_mem_eof_return(out, -1);
    SSL_set_bio(channel->ssl, in, out);
    channel->in = in;
    channel->out = out;
    if (server)
        SSL_set_accept_state(channel->ssl);
    else
        SSL_set_connect_state(channel->ssl);
    if (host && !host_set(channel->ssl, host))
        return FAULT(FAULT_INVALID, "\"%s\" is not the name or address of a server", host);
    return 0;
}

int tls_channel_new(struct tls_channel **out, SSL_CTX *context, bool server, const char *host)
{
    CLEANUP(tls_channel_free) struct tls_channel *channel = calloc(1, sizeof *channel);

    if (!channel)
        return FAULT(FAULT_MEMORY, "out of memory");
    ERR_clear_error();
    TRY(channel_set_up(channel, context, server, host));
    *out = TAKE(&channel);
    return 0;
}

struct tls_channel *tls_channel_free(struct tls_channel *channel)
{
    if (channel)
        SSL_free(channel->ssl);
    free(channel);
    return NULL;
}

enum tls_state tls_channel_state(const struct tls_channel *channel)
{
    return channel->state;
}

static bool is_out_of_date(long verified)
{
    return verified == X509_V_ERR_CERT_NOT_YET_VALID || verified == X509_V_ERR_CERT_HAS_EXPIRED;
}

/* What this machine's clock says, for the one who can compare it with another. */
static int out_of_date(long verified)
{
    char now[32] = "";
    time_t seconds = time(NULL);
    struct tm utc;

    if (gmtime_r(&seconds, &utc))
        strftime(now, sizeof now, "%Y-%m-%d %H:%M UTC", &utc);
    return FAULT(FAULT_CLOCK, "%s; the clock here says %s", X509_verify_cert_error_string(verified), now);
}

/* Whose certificate was the trouble, if one was. */
static int failed(struct tls_channel *channel)
{
    long verified = SSL_get_verify_result(channel->ssl);
    bool judged = ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_CERTIFICATE_VERIFY_FAILED;

    channel->state = TLS_FAILED;
    if (judged && is_out_of_date(verified))
        return out_of_date(verified);
    if (judged)
        return FAULT(FAULT_PEER, "the other side's certificate is not accepted: %s",
                     X509_verify_cert_error_string(verified));
    return FAULT(FAULT_PEER, "the secure connection failed: %s", tls_reason());
}

/* The result of an SSL call that did not succeed. 0: it waits for bytes, or the peer has finished. */
static int judge(struct tls_channel *channel, int result)
{
    int error = SSL_get_error(channel->ssl, result);

    CHECK(error != SSL_ERROR_WANT_WRITE); /* a memory BIO takes everything */
    if (error == SSL_ERROR_WANT_READ)
        return 0;
    if (error == SSL_ERROR_ZERO_RETURN && channel->state == TLS_HANDSHAKING) {
        channel->state = TLS_FAILED; /* nobody has shown who they are yet */
        return FAULT(FAULT_PEER, "the other side closed the connection before it was secure");
    }
    if (error == SSL_ERROR_ZERO_RETURN) {
        channel->state = channel->state == TLS_LOCAL_CLOSED ? TLS_CLOSED : TLS_PEER_CLOSED;
        return 0;
    }
    return failed(channel);
}

static int handshake(struct tls_channel *channel)
{
    const unsigned char *protocol;
    unsigned size;
    int result;

    ERR_clear_error();
    result = SSL_do_handshake(channel->ssl);
    if (result != 1)
        return judge(channel, result);
    SSL_get0_alpn_selected(channel->ssl, &protocol, &size);
    if (size != strlen(TLS_ALPN) || memcmp(protocol, TLS_ALPN, size) != 0) {
        channel->state = TLS_FAILED;
        return FAULT(FAULT_PEER, "the other side is not CI Monitor: it does not speak %s", TLS_ALPN);
    }
    channel->state = TLS_OPEN;
    return 0;
}

int tls_channel_feed(struct tls_channel *channel, const void *bytes, size_t size)
{
    CHECK(size <= FEED_BYTES_MAX);
    if (size > 0 && BIO_write(channel->in, bytes, (int)size) != (int)size)
        return FAULT(FAULT_MEMORY, "out of memory");
    return 0;
}

static bool may_read(const struct tls_channel *channel)
{
    return channel->state == TLS_OPEN || channel->state == TLS_LOCAL_CLOSED;
}

int tls_channel_read(struct tls_channel *channel, struct buffer *plain, size_t want)
{
    if (channel->state == TLS_HANDSHAKING)
        TRY(handshake(channel));
    while (may_read(channel) && buffer_size(plain) < want) {
        size_t wish = want - buffer_size(plain), got = 0;
        uint8_t *room;
        int result;

        if (wish > RECORD_BYTES_MAX)
            wish = RECORD_BYTES_MAX;
        if (tls_channel_pending(channel) == 0)
            break; /* no memory is taken for what is not there */
        room = buffer_reserve(plain, wish);
        if (!room)
            return -FAULT_MEMORY; /* reported where it was born */
        ERR_clear_error();
        result = SSL_read_ex(channel->ssl, room, wish, &got);
        if (result != 1)
            return judge(channel, result);
        buffer_commit(plain, got);
    }
    return 0;
}

int tls_channel_write(struct tls_channel *channel, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;

    if (channel->state != TLS_OPEN && channel->state != TLS_PEER_CLOSED)
        return FAULT(FAULT_STATE, "nothing can be sent: the connection is not open");
    while (size > 0) {
        size_t part = size < RECORD_BYTES_MAX ? size : RECORD_BYTES_MAX, written;
        int result;

        ERR_clear_error();
        result = SSL_write_ex(channel->ssl, at, part, &written);
        if (result != 1) {
            TRY(judge(channel, result));
            /* It waits for the rest of a key update: no sound peer cuts five bytes in two. */
            channel->state = TLS_FAILED;
            return FAULT(FAULT_PEER, "the secure connection failed: the other side began a key update and stopped");
        }
        at += written;
        size -= written;
    }
    return 0;
}

int tls_channel_drain(struct tls_channel *channel, struct buffer *out)
{
    size_t size = BIO_ctrl_pending(channel->out);
    uint8_t *room;
    int got;

    if (size == 0)
        return 0;
    room = buffer_reserve(out, size);
    if (!room)
        return -FAULT_MEMORY; /* reported where it was born */
    got = BIO_read(channel->out, room, (int)size);
    CHECK(got == (int)size);
    buffer_commit(out, size);
    return 0;
}

size_t tls_channel_pending(const struct tls_channel *channel)
{
    return BIO_ctrl_pending(channel->in) + (size_t)SSL_pending(channel->ssl);
}

void tls_channel_shutdown(struct tls_channel *channel)
{
    if (channel->state != TLS_OPEN && channel->state != TLS_PEER_CLOSED)
        return;
    ERR_clear_error();
    if (SSL_shutdown(channel->ssl) < 0)
        channel->state = TLS_FAILED;
    else
        channel->state = channel->state == TLS_OPEN ? TLS_LOCAL_CLOSED : TLS_CLOSED;
}
