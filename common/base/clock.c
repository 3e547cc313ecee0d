/*
 * clock.c: the system's clocks, and times as text. Any thread.
 */
#include "common/base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const uint64_t YEAR_9999_ENDS_MS = 253402300799999; /* what four digits can say */

static uint64_t system_now_ms(void *context)
{
    struct timespec now;

    (void)context;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static uint64_t system_monotonic_us(void *context)
{
    struct timespec now;

    (void)context;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

const struct clock clock_system = { system_now_ms, system_monotonic_us, NULL };

static uint64_t calendar(struct tm *out, uint64_t ms)
{
    time_t seconds;

    if (ms > YEAR_9999_ENDS_MS)
        ms = YEAR_9999_ENDS_MS;
    seconds = (time_t)(ms / 1000);
    gmtime_r(&seconds, out);
    return ms;
}

char *date_print(char out[DATE_SIZE], uint64_t ms)
{
    struct tm day;

    calendar(&day, ms);
    strftime(out, DATE_SIZE, "%Y-%m-%d", &day);
    return out;
}

char *timestamp_print(char out[TIMESTAMP_SIZE], uint64_t ms)
{
    struct tm moment;
    size_t length;

    ms = calendar(&moment, ms);
    length = strftime(out, TIMESTAMP_SIZE, "%Y-%m-%dT%H:%M:%S", &moment);
    snprintf(out + length, TIMESTAMP_SIZE - length, ".%03uZ", (unsigned)(ms % 1000));
    return out;
}

/* The number that `count` digits make; 0 (no year, month or day) where they are not digits. */
static unsigned digits(const char *text, unsigned count)
{
    unsigned number = 0;

    for (unsigned i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return 0;
        number = number * 10 + (unsigned)(text[i] - '0');
    }
    return number;
}

_Bool date_is_valid(const char *text)
{
    static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    unsigned year, month, day;
    bool leap;

    if (strnlen(text, DATE_SIZE) != DATE_SIZE - 1 || text[4] != '-' || text[7] != '-')
        return false;
    year = digits(text, 4);
    month = digits(text + 5, 2);
    day = digits(text + 8, 2);
    leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (year == 0 || month == 0 || month > 12 || day == 0)
        return false;
    return day <= days[month - 1] + (month == 2 && leap ? 1 : 0);
}
