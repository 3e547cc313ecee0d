/*
 * lane.c: sockets and TLS of the generator. Knows neither of the two protocols.
 */
#include "tests/bench/lane.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/fault.h"

enum { RECEIVE_BYTES = 16 * 1024, PATIENCE_MS = 30 * 1000, PATH_SIZE = 1024 };

static int tls_fault(const char *what)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());

    return FAULT(FAULT_CRYPTO, "%s: %s", what, reason ? reason : strerror(errno));
}

static int credentials(SSL_CTX *context, const char *folder)
{
    char ca[PATH_SIZE], certificate[PATH_SIZE], key[PATH_SIZE];

    snprintf(ca, sizeof ca, "%s/ca.pem", folder);
    snprintf(certificate, sizeof certificate, "%s/certificate.pem", folder);
    snprintf(key, sizeof key, "%s/key.pem", folder);
    if (SSL_CTX_load_verify_file(context, ca) != 1 || SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        return tls_fault(folder);
    return 0;
}

int lane_context(SSL_CTX **out, const char *folder, const char *alpn)
{
    CLEANUP(lane_context_free) SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    unsigned char names[32];
    size_t size = alpn ? strlen(alpn) : 0;

    if (!context || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_ciphersuites(context, "TLS_AES_256_GCM_SHA384") != 1)
        return tls_fault("TLS 1.3 cannot be used");
    TRY(credentials(context, folder));
    if (alpn) {
        names[0] = (unsigned char)size;
        memcpy(names + 1, alpn, size);
        if (SSL_CTX_set_alpn_protos(context, names, (unsigned)size + 1) != 0)
            return tls_fault("the protocol's name cannot be set");
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_read_ahead(context, 1); /* a record costs one system call, not two */
    *out = TAKE(&context);
    return 0;
}

SSL_CTX *lane_context_free(SSL_CTX *context)
{
    SSL_CTX_free(context);
    return NULL;
}

static int lane_connect(struct lane *lane, const struct sockaddr_in *address, SSL_CTX *context)
{
    int on = 1;

    lane->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (lane->fd < 0 || connect(lane->fd, (const struct sockaddr *)address, sizeof *address) != 0 ||
        setsockopt(lane->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
        return FAULT(FAULT_NETWORK, "no connection with port %u: %s", ntohs(address->sin_port), strerror(errno));
    lane->ssl = SSL_new(context);
    ERR_clear_error();
    if (!lane->ssl || SSL_set_fd(lane->ssl, lane->fd) != 1 || SSL_connect(lane->ssl) != 1)
        return tls_fault("the TLS handshake failed");
    if (fcntl(lane->fd, F_SETFL, O_NONBLOCK) != 0)
        return FAULT(FAULT_IO, "a socket cannot be set up: %s", strerror(errno));
    return 0;
}

int lane_open(struct lane *lane, const struct sockaddr_in *address, SSL_CTX *context)
{
    int result;

    *lane = (struct lane){ .fd = -1 };
    buffer_init(&lane->in, LANE_REPLY_BYTES_MAX);
    buffer_init(&lane->out, LANE_REPLY_BYTES_MAX);
    result = lane_connect(lane, address, context);
    if (result < 0)
        lane_close(lane);
    return result;
}

void lane_close(struct lane *lane)
{
    if (lane->ssl)
        SSL_shutdown(lane->ssl);
    SSL_free(lane->ssl);
    if (lane->fd >= 0)
        close(lane->fd);
    buffer_done(&lane->in);
    buffer_done(&lane->out);
    *lane = (struct lane){ .fd = -1 };
}

static int lane_poll(struct lane *lane, short events)
{
    struct pollfd wait = { .fd = lane->fd, .events = events };

    if (poll(&wait, 1, PATIENCE_MS) != 1)
        return FAULT(FAULT_NETWORK, "the server does not answer within %d seconds", PATIENCE_MS / 1000);
    return 0;
}

int lane_send(struct lane *lane)
{
    while (buffer_size(&lane->out) > 0) {
        size_t written;

        ERR_clear_error();
        if (SSL_write_ex(lane->ssl, buffer_data(&lane->out), buffer_size(&lane->out), &written) == 1)
            buffer_consume(&lane->out, written);
        else if (SSL_get_error(lane->ssl, 0) == SSL_ERROR_WANT_WRITE)
            TRY(lane_poll(lane, POLLOUT));
        else
            return tls_fault("the connection broke while sending");
    }
    return 0;
}

int lane_receive(struct lane *lane)
{
    for (;;) {
        uint8_t *room = buffer_reserve(&lane->in, RECEIVE_BYTES);
        size_t got;

        if (!room)
            return -FAULT_MEMORY; /* reported where it was born */
        ERR_clear_error();
        if (SSL_read_ex(lane->ssl, room, RECEIVE_BYTES, &got) != 1)
            break;
        buffer_commit(&lane->in, got);
        if (got < RECEIVE_BYTES && !SSL_has_pending(lane->ssl))
            return 0; /* the rest, if there is any, makes an event of its own */
    }
    return SSL_get_error(lane->ssl, 0) == SSL_ERROR_WANT_READ ? 0 : tls_fault("the connection was closed");
}

int lane_await(struct lane *lane)
{
    TRY(lane_poll(lane, POLLIN));
    return lane_receive(lane);
}

uint64_t lane_bytes_in(const struct lane *lane)
{
    return BIO_number_read(SSL_get_rbio(lane->ssl));
}

uint64_t lane_bytes_out(const struct lane *lane)
{
    return BIO_number_written(SSL_get_wbio(lane->ssl));
}
