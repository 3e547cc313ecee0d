/*
 * session.h: one connection's state, and its requests one after the other. Lives on its loop's thread.
 */
#pragma once

#include <openssl/ssl.h>
#include <uv.h>

#include "server/session/group.h"

/* Takes over the connection that waits at the listener. A fault (too many, out of memory) concerns that one only. */
int session_accept(struct session_group *group, uv_stream_t *listener, SSL_CTX *context);
