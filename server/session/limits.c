/*
 * limits.c: a tree of addresses that have connections now, so its size is bounded by their number. Any thread.
 */
#include "server/session/limits.h"

#include <pthread.h>
#include <search.h>
#include <stdlib.h>

#include "common/base/check.h"
#include "common/base/fault.h"

struct address {
    uint64_t key;
    unsigned count;
};

struct limits {
    pthread_mutex_t mutex;
    unsigned connections_max, per_address_max, connections;
    void *addresses; /* tsearch's */
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
    return found ? *found : NULL;
}

bool limits_enter(struct limits *limits, uint64_t address)
{
    struct address *of = NULL;
    bool entered = false;

    pthread_mutex_lock(&limits->mutex);
    if (limits->connections < limits->connections_max)
        of = address_of(limits, address);
    if (of && of->count < limits->per_address_max) {
        of->count++;
        limits->connections++;
        entered = true;
    }
    pthread_mutex_unlock(&limits->mutex);
    return entered;
}

void limits_leave(struct limits *limits, uint64_t address)
{
    struct address wanted = { .key = address }, **found;

    pthread_mutex_lock(&limits->mutex);
    found = tfind(&wanted, &limits->addresses, compare);
    CHECK(found != NULL);
    limits->connections--;
    if (--(*found)->count == 0) {
        struct address *gone = *found;

        tdelete(gone, &limits->addresses, compare);
        free(gone);
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
