/*
 * spare.h: a file of zeros that becomes the next segment, made by a helper thread; for this room alone.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct spare {
    char *path;
    size_t size;
    bool started; /* the helper is at work, or has ended and was not joined */
    pthread_t helper;
    int fd; /* what the helper made; -1 where it could not */
};

int spare_init(struct spare *spare, const char *folder, size_t size);
void spare_done(struct spare *spare);
/* Starts making one, if that was not done yet. */
void spare_start(struct spare *spare);
/* The file, whole and on disk; waits for the helper, or makes it here. The caller owns the descriptor. */
int spare_take(struct spare *spare, int *fd);
