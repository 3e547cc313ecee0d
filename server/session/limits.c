/*
 * limits.c: a tree of addresses that have connections now, so its size is bounded by their number. Any thread.
 */
#include "server/session/limits.h"

#include <pthread.h>
#include <search.h>
#include <stdlib.h>

#include "common/base/check.h"
#include "common/base/fault.h"

TAILQ_HEAD(places, limits_place);

struct address {
    uint64_t key;
    unsigned count;
    struct places waiting; /* oldest first */
};

struct limits {
    pthread_mutex_t mutex;
    unsigned connections_max, per_address_max;
    unsigned connections, leaving; /* leaving: no longer counted */
    struct places waiting;         /* of all addresses, oldest first */
    void *addresses;               /* tsearch's */
};

static int compare(const void *a, const void *b)
{
    uint64_t left = ((const struct address *)a)->key, right = ((const struct address *)b)->key;

    return (left > right) - (left < right);
}

int limits_new(struct limits **out, unsigned connections_max, unsigned per_address_max)
{
    struct limits *limits = calloc(1, sizeof *limits);

    if (!limits)
        return FAULT(FAULT_MEMORY, "out of memory");
    pthread_mutex_init(&limits->mutex, NULL);
    limits->connections_max = connections_max;
    limits->per_address_max = per_address_max;
    TAILQ_INIT(&limits->waiting);
    *out = limits;
    return 0;
}

struct limits *limits_free(struct limits *limits)
{
    if (!limits)
        return NULL;
    tdestroy(limits->addresses, free);
    pthread_mutex_destroy(&limits->mutex);
    free(limits);
    return NULL;
}

/* NULL: out of memory. */
static struct address *address_of(struct limits *limits, uint64_t key)
{
    struct address *fresh = calloc(1, sizeof *fresh), **found;

    if (!fresh)
        return NULL;
    fresh->key = key;
    found = tsearch(fresh, &limits->addresses, compare);
    if (!found || *found != fresh)
        free(fresh);
    else
        TAILQ_INIT(&fresh->waiting);
    return found ? *found : NULL;
}

static struct address *address_find(struct limits *limits, uint64_t key)
{
    struct address wanted = { .key = key }, **found = tfind(&wanted, &limits->addresses, compare);

    CHECK(found != NULL);
    return *found;
}

static void stop_waiting(struct limits *limits, struct address *of, struct limits_place *place)
{
    if (!place->waiting)
        return;
    place->waiting = false;
    TAILQ_REMOVE(&limits->waiting, place, in_all);
    TAILQ_REMOVE(&of->waiting, place, in_address);
}

static void uncount(struct limits *limits, struct address *of)
{
    limits->connections--;
    if (--of->count > 0)
        return;
    tdelete(of, &limits->addresses, compare);
    free(of);
}

/* Gives the place up for a newer one; its address may be gone afterwards. */
static void lose(struct limits *limits, struct limits_place *place, struct limits_lost *lost)
{
    struct address *of = address_find(limits, place->address);

    stop_waiting(limits, of, place);
    place->lost = true;
    limits->leaving++;
    *lost = (struct limits_lost){ place, place->owner };
    uncount(limits, of);
}

static bool make_room(struct limits *limits, struct places *waiting, struct limits_lost *lost)
{
    struct limits_place *oldest = TAILQ_FIRST(waiting);

    if (!oldest || limits->leaving >= LIMITS_LEAVING_MAX)
        return false;
    lose(limits, oldest, lost);
    return true;
}

static void wait_in_line(struct limits *limits, struct address *of, struct limits_place *place)
{
    place->waiting = true;
    TAILQ_INSERT_TAIL(&limits->waiting, place, in_all);
    TAILQ_INSERT_TAIL(&of->waiting, place, in_address);
}

/* The address' own first: where it is full, nobody else gives way for it. */
static bool enter(struct limits *limits, struct limits_place *place, struct limits_lost *lost)
{
    struct address *of = address_of(limits, place->address);
    bool entered;

    if (!of)
        return false;
    of->count++; /* counted first: so it stays while another of this address goes */
    limits->connections++;
    if (of->count > limits->per_address_max)
        entered = make_room(limits, &of->waiting, lost);
    else
        entered = limits->connections <= limits->connections_max || make_room(limits, &limits->waiting, lost);
    if (entered)
        wait_in_line(limits, of, place);
    else
        uncount(limits, of);
    return entered;
}

bool limits_enter(struct limits *limits, struct limits_place *place, uint64_t address, void *owner,
                  struct limits_lost *lost)
{
    bool entered;

    *place = (struct limits_place){ .address = address, .owner = owner };
    *lost = (struct limits_lost){ 0 };
    pthread_mutex_lock(&limits->mutex);
    entered = enter(limits, place, lost);
    pthread_mutex_unlock(&limits->mutex);
    return entered;
}

void limits_settle(struct limits *limits, struct limits_place *place)
{
    pthread_mutex_lock(&limits->mutex);
    if (!place->lost)
        stop_waiting(limits, address_find(limits, place->address), place);
    pthread_mutex_unlock(&limits->mutex);
}

bool limits_is_lost(struct limits *limits, const struct limits_place *place)
{
    bool lost;

    pthread_mutex_lock(&limits->mutex);
    lost = place->lost;
    pthread_mutex_unlock(&limits->mutex);
    return lost;
}

void limits_leave(struct limits *limits, struct limits_place *place)
{
    pthread_mutex_lock(&limits->mutex);
    if (place->lost) {
        limits->leaving--;
    } else {
        struct address *of = address_find(limits, place->address);

        stop_waiting(limits, of, place);
        uncount(limits, of);
    }
    pthread_mutex_unlock(&limits->mutex);
}

unsigned limits_count(struct limits *limits)
{
    unsigned count;

    pthread_mutex_lock(&limits->mutex);
    count = limits->connections;
    pthread_mutex_unlock(&limits->mutex);
    return count;
}
