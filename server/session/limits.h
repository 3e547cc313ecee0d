/*
 * limits.h: how many connections there may be, in all and from one address, and which of them gives way. Any thread.
 *
 * Who has said hello keeps its place. The others only wait for one: where there are too many, the oldest of them gives
 * way to the newest, so that connections which never get anywhere keep nobody out.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "common/base/cleanup.h"

struct limits;

enum { LIMITS_LEAVING_MAX = 16 }; /* gave way and are not gone yet: this many more sockets there may be */

/* In its connection's owner; linked while it waits, and nobody's to touch but limits.c's. */
struct limits_place {
    TAILQ_ENTRY(limits_place) in_all, in_address;
    uint64_t address;
    void *owner;        /* told back in limits_lost */
    bool waiting, lost; /* waiting: no hello yet */
};

/* A place that gave way. `place` may be touched only by the thread on which its owner lives. */
struct limits_lost {
    struct limits_place *place; /* NULL: none had to */
    void *owner;
};

int limits_new(struct limits **out, unsigned connections_max, unsigned per_address_max);
struct limits *limits_free(struct limits *limits);
DEFINE_CLEANUP(struct limits, limits_free)

/* One more from this address (address.h); false: too many have said hello, or are leaving, and nothing was counted. */
bool limits_enter(struct limits *limits, struct limits_place *place, uint64_t address, void *owner,
                  struct limits_lost *lost);
/* It has said hello. */
void limits_settle(struct limits *limits, struct limits_place *place);
bool limits_is_lost(struct limits *limits, const struct limits_place *place);
void limits_leave(struct limits *limits, struct limits_place *place);
unsigned limits_count(struct limits *limits);
