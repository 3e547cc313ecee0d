/*
 * clock.h: the time of day and a time that only rises, replaceable for tests and the simulator.
 *
 * Nothing that decides reads a clock by itself; whoever may, is handed one of these.
 */
#pragma once

#include <stdint.h>

struct clock {
    uint64_t (*now_ms)(void *context);       /* milliseconds since 1970, UTC */
    uint64_t (*monotonic_us)(void *context); /* microseconds from an unknown start */
    void *context;
};

extern const struct clock clock_system;

static inline uint64_t clock_now_ms(const struct clock *clock)
{
    return clock->now_ms(clock->context);
}
static inline uint64_t clock_monotonic_us(const struct clock *clock)
{
    return clock->monotonic_us(clock->context);
}

enum { DATE_SIZE = sizeof "2026-11-23", TIMESTAMP_SIZE = sizeof "2026-11-23T09:15:00.000Z" };
/* ISO 8601, UTC. */
char *date_print(char out[DATE_SIZE], uint64_t ms);
char *timestamp_print(char out[TIMESTAMP_SIZE], uint64_t ms);
/* A real calendar day in the form YYYY-MM-DD. */
_Bool date_is_valid(const char *text);
