/*
 * attempts.c: slots by hashed address. Knows nothing of codes. Any thread.
 */
#include "server/session/attempts.h"

#include <string.h>

enum { HASH_SHIFT = 54 };
_Static_assert(ATTEMPTS_SLOTS == 1 << (64 - HASH_SHIFT), "a hash leads to every slot and no further");

void attempts_init(struct attempts *attempts)
{
    memset(attempts, 0, sizeof *attempts);
    pthread_mutex_init(&attempts->mutex, NULL);
}

void attempts_done(struct attempts *attempts)
{
    pthread_mutex_destroy(&attempts->mutex);
}

/*
 * The slot where this address belongs, with what time has forgiven taken off; it may still be another's. The clocks of
 * two loops differ a little: a time before the last one forgives nothing.
 */
static struct attempts_slot *slot_of(struct attempts *attempts, uint64_t address, uint64_t now_ms)
{
    struct attempts_slot *slot = &attempts->slots[(address * 0x9e3779b97f4a7c15u) >> HASH_SHIFT];

    while (slot->failed > 0 && now_ms >= slot->refilled_ms + ATTEMPTS_REFILL_MS) {
        slot->failed--;
        slot->refilled_ms += ATTEMPTS_REFILL_MS;
    }
    return slot;
}

uint32_t attempts_wait_ms(struct attempts *attempts, uint64_t address, uint64_t now_ms)
{
    struct attempts_slot *slot;
    uint64_t wait_ms = 0;

    pthread_mutex_lock(&attempts->mutex);
    slot = slot_of(attempts, address, now_ms);
    if (slot->address == address && slot->failed >= ATTEMPTS_BURST)
        wait_ms = slot->refilled_ms + ATTEMPTS_REFILL_MS - now_ms;
    pthread_mutex_unlock(&attempts->mutex);
    return (uint32_t)wait_ms;
}

void attempts_failed(struct attempts *attempts, uint64_t address, uint64_t now_ms)
{
    struct attempts_slot *slot;

    pthread_mutex_lock(&attempts->mutex);
    slot = slot_of(attempts, address, now_ms);
    if (slot->address != address)
        *slot = (struct attempts_slot){ .address = address };
    if (slot->failed == 0)
        slot->refilled_ms = now_ms;
    if (slot->failed < ATTEMPTS_BURST)
        slot->failed++;
    pthread_mutex_unlock(&attempts->mutex);
}
