/*
 * cleanup.h: resources that end with their scope.
 *
 * A handle's header declares DEFINE_CLEANUP(struct x, x_free); a scope then says
 * `CLEANUP(x_free) struct x *x = NULL;` and gives ownership away with TAKE(&x).
 */
#pragma once

#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(function) __attribute__((cleanup(function##_at)))

#define DEFINE_CLEANUP(type, function)            \
    static inline void function##_at(type **slot) \
    {                                             \
        *slot = function(*slot);                  \
    }

#define TAKE(slot)                    \
    __extension__({                   \
        __auto_type taken_ = *(slot); \
        *(slot) = NULL;               \
        taken_;                       \
    })

/* For malloc'ed memory: CLEANUP(memory_free) void *p. */
static inline void memory_free_at(void *slot)
{
    void **pointer = slot;

    free(*pointer);
    *pointer = NULL;
}

/* For descriptors: CLEANUP(fd_close) int fd = -1. */
static inline void fd_close_at(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}
