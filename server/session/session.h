/*
 * session.h: one connection's state, and its requests one after the other. Lives on its loop's thread.
 */
#pragma once

#include <openssl/ssl.h>
#include <stddef.h>
#include <uv.h>

#include "server/session/group.h"

/*
 * The most memory that one connection takes, whatever its peer does: an unfinished frame, what waits to be sent, the arenas of
 * a request and of a subscription (asked, told, to be told), and TLS. `server.started` prints it.
 */
size_t session_bytes_max(void);
/* Takes over the connection that waits at the listener. A fault (too many, out of memory) concerns that one only. */
int session_accept(struct session_group *group, uv_stream_t *listener, SSL_CTX *context);
