/*
 * group.c: the list, the mailbox, the timers. Knows nothing of frames. Its loop's thread, but for group_post,
 * session_group_wake and session_group_prune.
 */
#include "server/session/group.h"

#include <stdlib.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "server/session/inside.h"
#include "server/writer/writer.h"

int group_arena(struct session_group *group, struct arena **out)
{
    if (group->arena_count == 0)
        return arena_new(out, REQUEST_ARENA_BYTES);
    *out = group->arenas[--group->arena_count];
    return 0;
}

void group_arena_back(struct session_group *group, struct arena *arena)
{
    if (!arena)
        return;
    if (group->arena_count == ARENAS_KEPT_MAX) {
        arena_free(arena);
        return;
    }
    arena_reset(arena);
    group->arenas[group->arena_count++] = arena;
}

static void close_when_empty(struct session_group *group)
{
    if (!group->stopping || group->first || group->closed)
        return;
    pthread_mutex_lock(&group->mutex);
    group->closed = true;
    pthread_mutex_unlock(&group->mutex);
    uv_close((uv_handle_t *)&group->sweep, NULL);
    uv_close((uv_handle_t *)&group->events, NULL);
    uv_close((uv_handle_t *)&group->wake, NULL);
}

void group_add(struct session_group *group, struct session *session)
{
    session->group = group;
    session->next = group->first;
    session->link = &group->first;
    if (session->next)
        session->next->link = &session->next;
    group->first = session;
}

void group_remove(struct session_group *group, struct session *session)
{
    *session->link = session->next;
    if (session->next)
        session->next->link = session->link;
    close_when_empty(group);
}

void group_post(struct request *request, void *owner)
{
    struct session *session = owner;
    struct session_group *group = session->group; /* a session outlives its request, and a group its sessions */

    pthread_mutex_lock(&group->mutex);
    request_list_add(&group->answered, request); /* woken once a batch: an answer each would be a switch each */
    pthread_mutex_unlock(&group->mutex);
}

static void log_of(int result)
{
    if (result < 0)
        log_fault(LOG_ERROR, "subscription.failed", result);
}

static void tell_all(struct session_group *group)
{
    for (struct session *session = group->first; session; session = session->next)
        if (session->subscription.next && !session->closing && session->connection)
            log_of(subscription_tell(session));
}

/* On the syncing thread. */
static void on_settled(struct request *settlement, void *owner)
{
    struct session_group *group = owner;

    (void)settlement;
    pthread_mutex_lock(&group->mutex);
    group->settled = true; /* woken at the end of the batch */
    pthread_mutex_unlock(&group->mutex);
}

/* What was found may show what is not on disk yet. */
static void tell_when_settled(struct session_group *group)
{
    group->settlement = (struct request){ .on_answer = on_settled, .owner = group };
    group->settling = !writer_settled(group->services->writer, &group->settlement);
    if (!group->settling)
        tell_all(group);
}

/* Those who do not read are left out until they do: they will hear the newest state then. */
static void on_events(uv_timer_t *timer)
{
    struct session_group *group = timer->data;
    bool moved, due = false, found = false;

    if (group->settling)
        return;
    moved = atomic_exchange(&group->moved, false);
    for (struct session *session = group->first; session; session = session->next) {
        struct subscription *subscription = &session->subscription;

        if (!subscription->asked || session->closing || !session->connection)
            continue;
        subscription->due |= moved;
        if (subscription->due && connection_queued(session->connection) == 0)
            log_of(subscription_look(session));
        found |= subscription->next != NULL;
        due |= subscription->due;
    }
    if (found)
        tell_when_settled(group);
    if (!due && !atomic_load(&group->moved))
        uv_timer_stop(timer);
}

void group_events_start(struct session_group *group)
{
    if (!group->closed && !uv_is_active((const uv_handle_t *)&group->events))
        CHECK(uv_timer_start(&group->events, on_events, EVENT_INTERVAL_MS, EVENT_INTERVAL_MS) == 0);
}

static void prune(struct session_group *group)
{
    for (struct session *session = group->first, *next; session; session = next) {
        next = session->next;
        if (session->admitted && limits_is_lost(group->services->limits, &session->place))
            session_give_way(session);
    }
}

static void on_wake(uv_async_t *async)
{
    struct session_group *group = async->data;
    struct request_list answered;
    bool settled;

    request_list_init(&answered);
    pthread_mutex_lock(&group->mutex);
    while (group->answered.first)
        request_list_add(&answered, request_list_take(&group->answered));
    settled = group->settled;
    group->settled = false;
    pthread_mutex_unlock(&group->mutex);
    for (struct request *request; (request = request_list_take(&answered)) != NULL;)
        session_on_written(request->owner);
    if (settled) {
        group->settling = false;
        tell_all(group);
    }
    if (atomic_exchange(&group->prune, false))
        prune(group);
    if (group->subscriptions > 0 && atomic_load(&group->moved))
        group_events_start(group);
}

static void on_sweep(uv_timer_t *timer)
{
    struct session_group *group = timer->data;
    uint64_t now_ms = uv_now(group->loop);

    for (struct session *session = group->first, *next; session; session = next) {
        const struct services *services = group->services;
        unsigned idle_ms = session->arrival.certificate ? services->idle_timeout_ms : services->stranger_timeout_ms;

        next = session->next;
        if (session->open && !session->closing && !session->request && now_ms - session->active_ms >= idle_ms)
            session_goodbye(session, ERROR_IDLE);
    }
}

int session_group_new(struct session_group **out, uv_loop_t *loop, const struct services *services)
{
    struct session_group *group = calloc(1, sizeof *group);
    int result;

    if (!group)
        return FAULT(FAULT_MEMORY, "out of memory");
    group->loop = loop;
    group->services = services;
    buffer_init(&group->out, FRAME_HEADER_BYTES + FRAME_PAYLOAD_MAX);
    pthread_mutex_init(&group->mutex, NULL);
    request_list_init(&group->answered);
    result = uv_async_init(loop, &group->wake, on_wake);
    if (result < 0) {
        session_group_free(group);
        return FAULT(FAULT_IO, "a loop cannot be woken: %s", uv_strerror(result));
    }
    group->wake.data = group->sweep.data = group->events.data = group;
    CHECK(uv_timer_init(loop, &group->sweep) == 0);
    CHECK(uv_timer_init(loop, &group->events) == 0);
    CHECK(uv_timer_start(&group->sweep, on_sweep, SWEEP_INTERVAL_MS, SWEEP_INTERVAL_MS) == 0);
    *out = group;
    return 0;
}

struct session_group *session_group_free(struct session_group *group)
{
    if (!group)
        return NULL;
    CHECK(group->first == NULL);
    CHECK(group->answered.count == 0);
    while (group->arena_count > 0)
        arena_free(group->arenas[--group->arena_count]);
    buffer_done(&group->out);
    pthread_mutex_destroy(&group->mutex);
    free(group);
    return NULL;
}

void session_group_wake(struct session_group *group, bool moved)
{
    if (moved)
        atomic_store(&group->moved, true);
    pthread_mutex_lock(&group->mutex);
    /* Under the lock: once the loop has taken the last answer it may also close this handle. */
    if (!group->closed && (moved || group->settled || group->answered.count > 0))
        uv_async_send(&group->wake);
    pthread_mutex_unlock(&group->mutex);
}

void session_group_prune(struct session_group *group)
{
    atomic_store(&group->prune, true);
    pthread_mutex_lock(&group->mutex);
    if (!group->closed)
        uv_async_send(&group->wake);
    pthread_mutex_unlock(&group->mutex);
}

void session_group_stop(struct session_group *group)
{
    group->stopping = true;
    for (struct session *session = group->first, *next; session; session = next) {
        next = session->next;
        if (!session->request)
            session_goodbye(session, ERROR_STOPPING);
    }
    close_when_empty(group);
}
