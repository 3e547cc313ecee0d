/*
 * loop.h: one thread with its loop, its copy of the listening socket, and its sessions. Functions: any thread.
 */
#pragma once

#include <openssl/ssl.h>

#include "server/session/group.h"

struct loop;

/* `fd`: the listening socket; the loop makes its own copy. `services`: borrowed, whole when the loop starts. */
int loop_new(struct loop **out, int fd, SSL_CTX *context, const struct services *services);
int loop_start(struct loop *loop);
/* For connections that come from now on. */
void loop_set_context(struct loop *loop, SSL_CTX *context);
/* Answers may have come back from the writer; `moved`: figures may have moved. Any thread. */
void loop_wake(struct loop *loop, bool moved);
/* Stops accepting, lets what has begun be answered, says goodbye. */
void loop_stop(struct loop *loop);
/* Waits until the last session is gone. */
void loop_join(struct loop *loop);
/* Joined, and the writer stopped: it may have been waking this loop until then. */
struct loop *loop_free(struct loop *loop);
DEFINE_CLEANUP(struct loop, loop_free)
