/*
 * subscription.c: what a subscriber asked and was told last, and what has changed since. The newest state only, so one
 * who reads slowly costs no memory. Its loop's thread.
 */
#include <string.h>

#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/store/txn.h"
#include "common/wire/codec.h"
#include "server/benchmark/cells.h"
#include "server/handlers/handlers.h"
#include "server/ledger/feed.h"
#include "server/session/inside.h"

void subscription_end(struct session *session)
{
    struct subscription *subscription = &session->subscription;

    if (subscription->asked)
        session->group->subscriptions--;
    group_arena_back(session->group, subscription->asked_in);
    group_arena_back(session->group, subscription->told_in);
    group_arena_back(session->group, subscription->next_in);
    *subscription = (struct subscription){ 0 };
}

static int copy(const void *message, struct arena *arena, void *out)
{
    const ProtobufCMessage *from = message;
    struct bytes packed = codec_pack(message, arena);

    if (!packed.data || codec_unpack(from->descriptor, packed, arena, out) != 0)
        return FAULT(FAULT_MEMORY, "a subscription is too large to keep");
    return 0;
}

/* The request's arena goes when it is answered, so what is kept is copied. */
int subscription_keep(struct session *session, const struct request *request)
{
    struct subscription *subscription = &session->subscription;

    subscription_end(session);
    TRY(group_arena(session->group, &subscription->asked_in));
    TRY(group_arena(session->group, &subscription->told_in));
    TRY(copy(request->reply, subscription->told_in, &subscription->told));
    TRY(copy(request->message, subscription->asked_in, &subscription->asked));
    session->group->subscriptions++;
    group_events_start(session->group); /* a commit may have come between the answer and this */
    subscription->due = true;
    return 0;
}

static bool same(const void *a, const void *b, struct arena *arena)
{
    return a && b && bytes_equal(codec_pack(a, arena), codec_pack(b, arena));
}

/* Areas and nodes come in the same order each time, but for a withheld one more or less: so the same index first. */
static const Ci__Figure *figure_told(const Ci__AreaFigures *told, const Ci__Figure *figure, size_t at)
{
    if (at < told->n_figures && strcmp(told->figures[at]->node, figure->node) == 0)
        return told->figures[at];
    for (size_t i = 0; i < told->n_figures; i++)
        if (strcmp(told->figures[i]->node, figure->node) == 0)
            return told->figures[i];
    return NULL;
}

static const Ci__AreaFigures *area_told(const Ci__Benchmark *told, const char *area)
{
    for (size_t i = 0; told && i < told->n_areas; i++)
        if (strcmp(told->areas[i]->area, area) == 0)
            return told->areas[i];
    return NULL;
}

/* Keeps of `now` what differs from `told`; `now` is ours to cut down. */
static void keep_changed(Ci__Benchmark *now, const Ci__Benchmark *told, struct arena *scratch)
{
    size_t areas = 0;

    for (size_t i = 0; i < now->n_areas; i++) {
        Ci__AreaFigures *area = now->areas[i];
        const Ci__AreaFigures *before = area_told(told, area->area);
        size_t figures = 0;

        for (size_t j = 0; j < area->n_figures; j++)
            if (!before || !same(area->figures[j], figure_told(before, area->figures[j], j), scratch))
                area->figures[figures++] = area->figures[j];
        area->n_figures = figures;
        if (figures > 0)
            now->areas[areas++] = area;
    }
    now->n_areas = areas;
}

static uint64_t position_told(const Ci__Subscribed *told, const char *dossier)
{
    for (size_t i = 0; i < told->n_heads; i++)
        if (strcmp(told->heads[i]->dossier, dossier) == 0)
            return told->heads[i]->position;
    return 0;
}

/* What was looked at is not looked at again: `told` has the position also where there was nothing to tell. */
static int find_moved(struct subscription *subscription, const struct principal *principal, struct txn *txn,
                      const Ci__Subscribed *now)
{
    for (size_t i = 0; i < now->n_heads && i < SUBSCRIPTION_DOSSIERS_MAX; i++)
        TRY(feed_moved(txn, principal, now->heads[i]->dossier,
                       position_told(subscription->told, now->heads[i]->dossier), &subscription->moved[i]));
    return 0;
}

/* The figures as they are now, for whoever this person is now. Outcome > 0: not for this person any more. */
static int figures_now(struct session *session, struct arena *arena, Ci__Subscribed **now)
{
    struct ledger *ledger = session->group->services->ledger;
    struct principal principal = { 0 };
    struct txn txn;
    int result;

    arrival_note_time(&session->arrival, &session->peer, clock_now_ms(session->group->services->clock));
    if (session->arrival.expired)
        return ERROR_CERTIFICATE_EXPIRED;
    TRY(txn_begin_read(&txn, ledger_store(ledger)));
    result = principal_find(&txn, &session->peer, NULL, &principal);
    if (result == 0)
        result = subscription_figures(session->subscription.asked, &principal, &txn, ledger, arena, now);
    if (result == 0)
        result = find_moved(&session->subscription, &principal, &txn, *now);
    if (result == 0)
        result = txn.fault;
    txn_end(&txn);
    return result;
}

static void send_moved(struct session *session, const Ci__Subscribed *now)
{
    Ci__DossierHead *moved[SUBSCRIPTION_DOSSIERS_MAX];
    Ci__MovedEvent event = CI__MOVED_EVENT__INIT;

    event.heads = moved;
    for (size_t i = 0; i < now->n_heads && i < SUBSCRIPTION_DOSSIERS_MAX; i++)
        if (session->subscription.moved[i])
            moved[event.n_heads++] = now->heads[i];
    if (event.n_heads > 0)
        session_send(session, MESSAGE_MOVED_EVENT, FRAME_EVENT, 0, &event);
}

static int send_changes(struct session *session, Ci__Subscribed *now, struct arena *scratch)
{
    const Ci__Subscribed *told = session->subscription.told;
    Ci__CellsEvent event = CI__CELLS_EVENT__INIT;

    if (now->benchmark) {
        TRY(copy(now->benchmark, scratch, &event.benchmark));
        keep_changed(event.benchmark, told->benchmark, scratch);
        if (event.benchmark->n_areas == 0)
            event.benchmark = NULL;
    }
    if (now->participation && !same(now->participation, told->participation, scratch))
        event.participation = now->participation;
    if (event.benchmark || event.participation)
        session_send(session, MESSAGE_CELLS_EVENT, FRAME_EVENT, 0, &event);
    send_moved(session, now);
    return 0;
}

int subscription_look(struct session *session)
{
    struct subscription *subscription = &session->subscription;
    struct arena *arena = NULL;
    Ci__Subscribed *now = NULL;
    int result;

    subscription->due = false;
    TRY(group_arena(session->group, &arena));
    result = figures_now(session, arena, &now);
    if (result != 0) {
        group_arena_back(session->group, arena);
        if (result > 0)
            subscription_end(session); /* the next request says why */
        return result < 0 ? result : 0;
    }
    subscription->next_in = arena;
    subscription->next = now;
    if (cells_waiting(ledger_cells(session->group->services->ledger)))
        atomic_store(&session->group->moved, true); /* another asked just before a change: look again */
    return 0;
}

int subscription_tell(struct session *session)
{
    struct subscription *subscription = &session->subscription;
    struct session_group *group = session->group;
    struct arena *scratch = NULL;
    int result = group_arena(group, &scratch);

    if (result == 0)
        result = send_changes(session, subscription->next, scratch);
    group_arena_back(group, scratch);
    group_arena_back(group, subscription->told_in);
    subscription->told_in = subscription->next_in;
    subscription->told = subscription->next;
    subscription->next_in = NULL;
    subscription->next = NULL;
    return result;
}
