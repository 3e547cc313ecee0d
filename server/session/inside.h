/*
 * inside.h: what the files of this room know of a session and of its group, and nobody else.
 */
#pragma once

#include <stdatomic.h>
#include <stddef.h>

#include "common/base/buffer.h"
#include "common/net/connection.h"
#include "server/session/arrival.h"
#include "server/session/group.h"
#include "server/writer/queue.h"

enum {
    ARENAS_KEPT_MAX = 64, /* of 4 KiB each when empty */
    SWEEP_INTERVAL_MS = 1000,
    EVENT_INTERVAL_MS = 250, /* a subscriber hears of changes at most this often */
};

struct session_group {
    uv_loop_t *loop;
    const struct services *services;
    struct session *first; /* open sessions, linked by next */
    struct buffer out;     /* a frame on its way to a connection */
    struct arena *arenas[ARENAS_KEPT_MAX];
    size_t arena_count;
    unsigned subscriptions;
    bool stopping, closed; /* closed: its handles; changed under the mutex */
    uv_timer_t sweep, events;
    uv_async_t wake;
    atomic_bool moved;         /* a commit came since the last events */
    bool settling;             /* what subscribers will be told waits for the disk; with this: */
    struct request settlement; /* the writer's meanwhile */
    atomic_bool prune;         /* a session of ours has lost its place */

    pthread_mutex_t mutex; /* of what follows */
    struct request_list answered;
    bool settled; /* `settlement` has come back */
};

enum { SUBSCRIPTION_DOSSIERS_MAX = 2 }; /* NL and a municipality */

/* A subscription as its session keeps it: what was asked, and what was told last. */
struct subscription {
    struct arena *asked_in, *told_in, *next_in; /* NULL: none */
    const Ci__Subscribe *asked;
    const Ci__Subscribed *told;
    Ci__Subscribed *next;                  /* what is to be told, once all that it shows is on disk */
    bool due;                              /* something may have changed that the subscriber has not heard */
    bool moved[SUBSCRIPTION_DOSSIERS_MAX]; /* of next's heads: something in the subscriber's scope is new */
};

/* Whose letters a session carries: its stand-in for a session of the author's own. */
struct guest {
    struct tls_peer peer;
    struct principal_memo memo;
    struct arrival arrival;
    char actor[INSTALL_ID_SIZE];
    uint8_t bundle[ID_BYTES];
    uint32_t number;   /* of the letter that came last */
    bool heals, ended; /* its hello said so; what follows in the bundle is not taken */
};
/* What a carried request keeps for its answer; in its arena. */
struct carried {
    const Ci__Letter *letter;
    struct bytes certificate, after; /* the author's; the cursor that a pull went on from */
};

struct session {
    struct session_group *group;
    struct session *next, **link;
    struct connection *connection; /* NULL: gone; a request may still be at the writer */
    uint64_t address;              /* address.h */
    struct limits_place place;     /* where admitted */
    bool admitted, open, closing;
    struct tls_peer peer;
    struct principal_memo memo; /* who has the request uses it */
    struct arrival arrival;
    char actor[INSTALL_ID_SIZE]; /* for the log: the install, as far as it is known */
    uint64_t active_ms;

    struct request *request; /* in flight; NULL: none */
    uint16_t type;           /* of it */
    uint64_t begun_us;
    struct subscription subscription;
    struct guest *guest; /* NULL: it has brought no letter */
};

/* group.c */
int group_arena(struct session_group *group, struct arena **out);
void group_arena_back(struct session_group *group, struct arena *arena);
void group_add(struct session_group *group, struct session *session);
/* Also closes the group's handles where it is stopping and this was the last. */
void group_remove(struct session_group *group, struct session *session);
/* Subscribers are told what has changed, soon. */
void group_events_start(struct session_group *group);
/* On the thread that syncs: the request goes home. */
void group_post(struct request *request, void *owner);

#define PLACE_OWNER(at) ((struct session *)(void *)((char *)(at)-offsetof(struct session, place)))

/* session.c */
void session_send(struct session *session, uint16_t type, uint16_t flags, uint32_t id, const void *message);
void session_goodbye(struct session *session, enum error_code reason);
/* It has lost its place to a newer one: ends without a word. */
void session_give_way(struct session *session);
/* The writer has answered; on the loop. The session may be gone afterwards. */
void session_on_written(struct session *session);

/* exchange.c: one request from its frame to its answer. */
void exchange_begin(struct session *session, const struct frame *frame, struct bytes payload);
void exchange_end(struct session *session);
void exchange_drop(struct session *session); /* nobody waits for the answer any more */

/* letter.c */
/*
 * The request becomes what is in the letter, its author's. 0; or the error_code that is the courier's, or a fault. What is
 * the author's to hear is refused in the request.
 */
int letter_open(struct session *session, struct request *request);
/* Its answer becomes what the courier gets: the letter back. What is the server's own trouble stays an error: try later. */
int letter_answer(struct session *session, struct request *request);

/* subscription.c */
int subscription_keep(struct session *session, const struct request *request);
void subscription_end(struct session *session);
/* Looks what there is to tell. A fault concerns this session only. */
int subscription_look(struct session *session);
/* Tells what was found and has changed. */
int subscription_tell(struct session *session);
