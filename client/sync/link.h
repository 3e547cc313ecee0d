/*
 * link.h: a session that is kept: opened, subscribed, kept alive, and opened again after sleep, another network, a captive portal
 * or a server that stopped. Blocking, one thread. Knows neither what is subscribed to nor what is done about events.
 */
#pragma once

#include <signal.h>

#include "client/identity/home.h"
#include "client/replica/replica.h"
#include "common/base/clock.h"

enum link_state {
    LINK_OPEN,    /* subscribed: from here on events come */
    LINK_WAITING, /* it failed, and is tried again; fault_message() and fault_refusal() say why */
};

enum {
    LINK_TICK_MS = 1000,
    LINK_PING_EVERY_MS = 30 * 1000,
    LINK_PING_ANSWER_MS = 10 * 1000, /* a network that is gone is noticed within 40 seconds */
};

struct link_options {
    struct home *home;
    struct replica *replica;
    const struct clock *clock;
    const Ci__Subscribe *subscribe;
    bool waits_at_first; /* else a first opening that fails ends it, whatever the fault */
    uint64_t end_us;     /* of the monotonic clock: when it is enough; UINT64_MAX: never */
    const volatile sig_atomic_t
        *stop; /* looked at between requests, every LINK_TICK_MS while nothing comes; may be NULL */
    /* `fault`: of LINK_WAITING, below 0; `wait_ms`: until it is tried again. */
    void (*on_state)(void *context, enum link_state state, int fault, uint64_t wait_ms);
    /*
     * What these return below 0 is a fault: one that passes ends the session, and it is opened again; others end link_run.
     * In the arena until the next call.
     */
    int (*on_now)(void *context, const Ci__Subscribed *now); /* after each opening */
    int (*on_event)(void *context, uint16_t type, const ProtobufCMessage *event);
    int (*on_tick)(void *context); /* every LINK_TICK_MS, while it is open; may be NULL */
    void *context;
};

/* 0: stopped, or the time is over; there is one session at least. Else the fault that trying again does not help. */
int link_run(const struct link_options *options);
/* Whether trying again can help, unchanged, without anybody doing something. */
bool link_passes(int fault);
