/*
 * link.c: see link.h. What passes is waited out (patience.h); everything else ends it.
 */
#include "client/sync/link.h"

#include <time.h>

#include "client/identity/key.h"
#include "client/sync/call.h"
#include "client/sync/patience.h"
#include "client/sync/refused.h"
#include "common/base/digest.h"
#include "common/base/fault.h"
#include "common/wire/message.h"

enum {
    LINK_ARENA = 4 * 1024 * 1024,
    SLEPT_MS =
        20 * 1000, /* by so much more the time of day moved than the machine ran: it slept, or its clock was set */
    SETTLED_MS = 10 * 1000,
    STEP_MS = 200,
};

struct link {
    const struct link_options *options;
    struct arena *arena; /* of one event or answer */
    struct patience patience;
    uint64_t opened_us, heard_us; /* heard: of the server, last */
    uint64_t awake_us, awake_ms;  /* both clocks when they were compared last */
    bool over;                    /* the server said goodbye */
};

bool link_passes(int fault)
{
    const struct fault_refusal *refusal = fault_refusal();

    switch (-fault) {
    case FAULT_NETWORK:
    case FAULT_PEER: /* a captive portal: another network, or a log-in, makes it pass */
    case FAULT_CLOCK: /* a machine that woke up gets its time from the network */ return true;
    case FAULT_REFUSED: return refusal && refusal->retry;
    default: return false;
    }
}

static uint64_t now_us(const struct link *link)
{
    return clock_monotonic_us(link->options->clock);
}

static bool is_enough(const struct link *link)
{
    return (link->options->stop && *link->options->stop) || now_us(link) >= link->options->end_us;
}

/* ---- sleep ---- */

static void note_awake(struct link *link)
{
    link->awake_us = now_us(link);
    link->awake_ms = clock_now_ms(link->options->clock);
}

/* The monotonic clock stands still while the machine sleeps, the time of day does not. */
static bool has_slept(struct link *link)
{
    uint64_t ran_ms = (now_us(link) - link->awake_us) / 1000, went_ms = clock_now_ms(link->options->clock);
    bool slept = went_ms > link->awake_ms + ran_ms + SLEPT_MS;

    note_awake(link);
    return slept;
}

/* Sleeping ends it: the network is another one by then. */
static void wait_ms(struct link *link, uint64_t ms)
{
    uint64_t until_us = now_us(link) + ms * 1000;

    note_awake(link);
    while (!is_enough(link) && now_us(link) < until_us && !has_slept(link)) {
        uint64_t left_ms = (until_us - now_us(link)) / 1000 + 1;
        const struct timespec step = { .tv_nsec = (long)(left_ms < STEP_MS ? left_ms : STEP_MS) * 1000000 };

        nanosleep(&step, NULL); /* a signal ends it early, and is looked at */
    }
}

/* ---- one session ---- */

static int ping(struct link *link, struct call *call)
{
    Ci__Ping request = CI__PING__INIT;
    ProtobufCMessage *reply = NULL;

    arena_reset(link->arena);
    call_set_timeout(call, LINK_PING_ANSWER_MS);
    TRY(call_request(call, MESSAGE_PING, &request.base, link->arena, &reply));
    link->heard_us = now_us(link);
    return 0;
}

/* The server's reason is the fault that the session ended with: whether it passes, and when, stands in it. */
static int say_goodbye(const Ci__GoodbyeEvent *goodbye)
{
    return goodbye->reason ? refused(goodbye->reason) : FAULT(FAULT_NETWORK, "the server ended the session");
}

/* No longer than until it is enough. */
static unsigned tick_ms(const struct link *link)
{
    uint64_t now = now_us(link), end = link->options->end_us;
    uint64_t left_ms = end > now ? (end - now) / 1000 + 1 : 1;

    return left_ms < LINK_TICK_MS ? (unsigned)left_ms : LINK_TICK_MS;
}

static int take_event(struct link *link, struct call *call)
{
    ProtobufCMessage *event = NULL;
    uint16_t type = 0;

    arena_reset(link->arena);
    int result = call_event(call, tick_ms(link), link->arena, &type, &event);

    if (result != 0)
        return result < 0 ? result : 0;
    link->heard_us = now_us(link);
    if (type == MESSAGE_GOODBYE_EVENT)
        return say_goodbye((const Ci__GoodbyeEvent *)event);
    return link->options->on_event(link->options->context, type, event);
}

static int open_session(struct link *link, struct call **call)
{
    const struct link_options *options = link->options;
    Ci__Subscribed *now = NULL;

    TRY(call_open(call, options->home, options->replica));
    arena_reset(link->arena);
    TRY(call_request(*call, MESSAGE_SUBSCRIBE, &options->subscribe->base, link->arena, (ProtobufCMessage **)&now));
    link->opened_us = link->heard_us = now_us(link);
    options->on_state(options->context, LINK_OPEN, 0, 0);
    return options->on_now(options->context, now);
}

/* Until it is enough (0), or a fault. */
static int run_session(struct link *link)
{
    const struct link_options *options = link->options;
    CLEANUP(call_close) struct call *call = NULL;

    TRY(open_session(link, &call));
    note_awake(link);
    while (!is_enough(link)) {
        TRY(take_event(link, call));
        if (has_slept(link))
            return FAULT(FAULT_NETWORK, "this computer slept; connecting again");
        if (now_us(link) - link->heard_us >= LINK_PING_EVERY_MS * UINT64_C(1000))
            TRY(ping(link, call));
        if (now_us(link) - link->opened_us >= SETTLED_MS * UINT64_C(1000))
            patience_reset(&link->patience);
        if (options->on_tick)
            TRY(options->on_tick(options->context));
    }
    return 0;
}

static int run(struct link *link)
{
    const struct link_options *options = link->options;

    do {
        int result = run_session(link);
        uint64_t random, waits_ms;

        if (result == 0 || !link_passes(result) || (link->opened_us == 0 && !options->waits_at_first))
            return result;
        random_bytes(&random, sizeof random);
        waits_ms = patience_wait_ms(&link->patience, fault_refusal() ? fault_refusal()->retry_after_ms : 0, random);
        options->on_state(options->context, LINK_WAITING, result, waits_ms);
        wait_ms(link, waits_ms);
    } while (!is_enough(link));
    return 0;
}

int link_run(const struct link_options *options)
{
    struct link link = { .options = options };
    EVP_PKEY *key = NULL;

    TRY(home_key(options->home, &key)); /* a wrong passphrase does not pass by waiting */
    key_free(key);
    TRY(arena_new(&link.arena, LINK_ARENA));
    int result = run(&link);

    arena_free(link.arena);
    return result;
}
