/*
 * loop.c: a thread around uv_run. Knows nothing of frames. What other threads ask comes in by one async handle.
 */
#include "server/net/loop.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/tls/context.h"
#include "server/session/session.h"

enum { BACKLOG = 1024 };

struct loop {
    uv_loop_t uv;
    uv_tcp_t listener;
    uv_async_t stop;
    pthread_t thread;
    bool started;
    struct session_group *group;
    pthread_mutex_t mutex; /* of what follows */
    SSL_CTX *context;
};

static void on_connection(uv_stream_t *listener, int status)
{
    struct loop *loop = listener->data;
    SSL_CTX *context;
    int result;

    if (status < 0) {
        LOG_EVENT(LOG_WARNING, "accept.failed", TEXT("message", uv_strerror(status)));
        return;
    }
    pthread_mutex_lock(&loop->mutex);
    context = loop->context;
    SSL_CTX_up_ref(context);
    pthread_mutex_unlock(&loop->mutex);
    result = session_accept(loop->group, listener, context);
    if (result < 0)
        log_fault(LOG_WARNING, "accept.failed", result);
    tls_context_free(context);
}

static void on_stop(uv_async_t *async)
{
    struct loop *loop = async->data;

    uv_close((uv_handle_t *)&loop->listener, NULL);
    uv_close((uv_handle_t *)&loop->stop, NULL);
    session_group_stop(loop->group);
}

static void *run(void *argument)
{
    struct loop *loop = argument;

    uv_run(&loop->uv, UV_RUN_DEFAULT);
    return NULL;
}

/* The handles on the loop. */
static int set_up(struct loop *loop, int fd, const struct services *services)
{
    int copy, result;

    TRY(session_group_new(&loop->group, &loop->uv, services));
    CHECK(uv_tcp_init(&loop->uv, &loop->listener) == 0);
    loop->listener.data = loop->stop.data = loop;
    result = uv_async_init(&loop->uv, &loop->stop, on_stop);
    if (result < 0)
        return FAULT(FAULT_IO, "a loop cannot be woken: %s", uv_strerror(result));
    copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        return FAULT(FAULT_IO, "out of file descriptors: raise the limit (ulimit -n, LimitNOFILE)");
    result = uv_tcp_open(&loop->listener, copy);
    if (result < 0)
        close(copy);
    if (result == 0)
        result = uv_listen((uv_stream_t *)&loop->listener, BACKLOG, on_connection);
    if (result < 0)
        return FAULT(FAULT_IO, "cannot listen: %s", uv_strerror(result));
    return 0;
}

int loop_new(struct loop **out, int fd, SSL_CTX *context, const struct services *services)
{
    struct loop *loop = calloc(1, sizeof *loop);
    int result;

    if (!loop)
        return FAULT(FAULT_MEMORY, "out of memory");
    result = uv_loop_init(&loop->uv);
    if (result < 0) {
        free(loop);
        return FAULT(FAULT_IO, "no loop: %s", uv_strerror(result));
    }
    pthread_mutex_init(&loop->mutex, NULL);
    SSL_CTX_up_ref(context);
    loop->context = context;
    TRY(set_up(loop, fd, services)); /* the process ends on a fault: half a loop is not worth taking apart */
    *out = loop;
    return 0;
}

int loop_start(struct loop *loop)
{
    if (pthread_create(&loop->thread, NULL, run, loop) != 0)
        return FAULT(FAULT_MEMORY, "no thread for a loop: the limit on processes or memory is reached");
    loop->started = true;
    return 0;
}

void loop_set_context(struct loop *loop, SSL_CTX *context)
{
    SSL_CTX *before;

    SSL_CTX_up_ref(context);
    pthread_mutex_lock(&loop->mutex);
    before = loop->context;
    loop->context = context;
    pthread_mutex_unlock(&loop->mutex);
    tls_context_free(before);
}

void loop_wake(struct loop *loop, bool moved)
{
    session_group_wake(loop->group, moved);
}

void loop_stop(struct loop *loop)
{
    uv_async_send(&loop->stop);
}

void loop_join(struct loop *loop)
{
    if (loop->started)
        pthread_join(loop->thread, NULL);
    else
        uv_run(&loop->uv, UV_RUN_DEFAULT); /* never ran: it only has to hear that it stops */
    loop->started = false;
}

struct loop *loop_free(struct loop *loop)
{
    if (!loop)
        return NULL;
    CHECK(!loop->started);
    CHECK(uv_loop_close(&loop->uv) == 0);
    session_group_free(loop->group);
    tls_context_free(loop->context);
    pthread_mutex_destroy(&loop->mutex);
    free(loop);
    return NULL;
}
