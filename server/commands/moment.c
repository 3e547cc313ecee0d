/*
 * moment.c: a date and a time of day into milliseconds. Any thread.
 */
#include "server/commands/moment.h"

#include <string.h>
#include <time.h>

/* Whether the calendar has this day and the clock this time: what timegm makes of it has the same fields. */
static bool is_real(const struct tm *given)
{
    struct tm same = *given, found;
    time_t time = timegm(&same);

    return gmtime_r(&time, &found) && found.tm_mday == given->tm_mday && found.tm_mon == given->tm_mon &&
           found.tm_hour == given->tm_hour && found.tm_min == given->tm_min && found.tm_sec == given->tm_sec;
}

/* ".250" as 250; nothing as 0. False: another form. */
static bool take_fraction(const char **at, unsigned *ms)
{
    *ms = 0;
    if (**at != '.')
        return true;
    if (strspn(*at + 1, "0123456789") != 3)
        return false;
    for (int i = 1; i <= 3; i++)
        *ms = *ms * 10 + (unsigned)((*at)[i] - '0');
    *at += 4;
    return true;
}

bool moment_is_date(const char *text)
{
    struct tm day = { 0 };
    const char *rest = strptime(text, "%Y-%m-%d", &day);

    return rest && !*rest;
}

static bool parse_date(const char *text, uint64_t *ms)
{
    struct tm day = { 0 };

    strptime(text, "%Y-%m-%d", &day);
    if (!is_real(&day) || timegm(&day) <= 0)
        return false;
    *ms = (uint64_t)timegm(&day) * 1000;
    return true;
}

bool moment_parse(const char *text, uint64_t *ms)
{
    struct tm day = { 0 }, given;
    const char *at = strptime(text, "%Y-%m-%d", &day), *rest;
    unsigned fraction;

    if (moment_is_date(text))
        return parse_date(text, ms);
    if (!at || (*at != ' ' && *at != 'T'))
        return false;
    given = day;
    rest = strptime(at + 1, "%H:%M:%S", &given);
    if (!rest) {
        given = day;
        rest = strptime(at + 1, "%H:%M", &given);
    }
    if (!rest || !take_fraction(&rest, &fraction) || !is_real(&given))
        return false;
    given.tm_isdst = -1;
    bool utc = strcmp(rest, "Z") == 0;
    time_t seconds = utc ? timegm(&given) : mktime(&given);

    if ((*rest && !utc) || seconds <= 0)
        return false;
    *ms = (uint64_t)seconds * 1000 + fraction;
    return true;
}
