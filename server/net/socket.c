/*
 * socket.c: address to listening socket. Knows nothing of loops.
 */
#include "server/net/socket.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/cleanup.h"
#include "common/base/fault.h"

enum { BACKLOG = 1024, HOST_SIZE = 256 };

/* Splits at the last colon, and takes the brackets of an IPv6 address off. */
static int split(const char *address, char host[HOST_SIZE], const char **port)
{
    const char *colon = strrchr(address, ':');
    size_t size = colon ? (size_t)(colon - address) : 0;

    if (!colon || colon[1] == '\0' || size >= HOST_SIZE)
        return FAULT(FAULT_INVALID, "--listen wants HOST:PORT, such as 0.0.0.0:7117 or [::]:7117, not \"%s\"", address);
    if (size > 1 && address[0] == '[' && address[size - 1] == ']') {
        address++;
        size -= 2;
    }
    memcpy(host, address, size);
    host[size] = '\0';
    *port = colon + 1;
    return 0;
}

static int fault_of(const char *address)
{
    int error = errno;

    if (error == EADDRINUSE)
        return FAULT(FAULT_BUSY,
                     "%s is taken by another program. Stop that one (ss -ltnp shows it), or listen elsewhere.",
                     address);
    if (error == EACCES)
        return FAULT(FAULT_INVALID, "listening on %s is not allowed: ports below 1024 need the right to.", address);
    return FAULT(FAULT_INVALID, "cannot listen on %s: %s. It must be an address of this machine.", address,
                 strerror(error));
}

int socket_listen(int *out, const char *address)
{
    struct addrinfo wanted = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *found = NULL;
    CLEANUP(fd_close) int fd = -1;
    char host[HOST_SIZE];
    const char *port = NULL;
    int yes = 1, result;

    TRY(split(address, host, &port));
    result = getaddrinfo(host[0] ? host : NULL, port, &wanted, &found);
    if (result != 0)
        return FAULT(FAULT_INVALID, "%s is not an address to listen on: %s", address, gai_strerror(result));
    fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0) {
        /* A restart must not wait for connections of the process before. */
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        result = bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0 ? 0 : -1;
    }
    freeaddrinfo(found);
    if (fd < 0 || result < 0)
        return fault_of(address);
    *out = fd;
    fd = -1;
    return 0;
}
