/*
 * attempts.h: how often an address may come with a wrong code: a token bucket each. Any thread.
 *
 * A secret of 128 bits is not guessed; this keeps those who try from filling the log and the writer's queue. The table
 * has a fixed size, and a newcomer may take the place of another address, which then begins with a full bucket.
 */
#pragma once

#include <pthread.h>
#include <stdint.h>

enum {
    ATTEMPTS_SLOTS = 1024,
    ATTEMPTS_BURST = 10,           /* a training room behind one address, where everyone mistypes once */
    ATTEMPTS_REFILL_MS = 6 * 1000, /* then ten a minute */
};

struct attempts {
    pthread_mutex_t mutex;
    struct attempts_slot {
        uint64_t address, refilled_ms;
        unsigned failed;
    } slots[ATTEMPTS_SLOTS];
};

void attempts_init(struct attempts *attempts);
void attempts_done(struct attempts *attempts);
/* 0: go ahead; else the milliseconds to wait. */
uint32_t attempts_wait_ms(struct attempts *attempts, uint64_t address, uint64_t now_ms);
void attempts_failed(struct attempts *attempts, uint64_t address, uint64_t now_ms);
