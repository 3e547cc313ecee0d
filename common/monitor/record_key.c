/*
 * record_key.c: keys of records taken apart. Knows the form of a key, not which kinds there are. Pure; any thread.
 */
#include "common/monitor/record_key.h"

#include <string.h>

static bool is_key_character(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
}

/* One part, up to a slash or the end; NULL where it is empty, too long or holds something else. */
static const char *take_part(const char *text, char *out, size_t size)
{
    size_t length = 0;

    while (is_key_character(text[length]))
        length++;
    if (length == 0 || length >= size || (text[length] != '/' && text[length] != '\0'))
        return NULL;
    memcpy(out, text, length);
    out[length] = '\0';
    return text + length;
}

bool record_key_parse(const char *text, struct record_key *key)
{
    struct record_key parsed = { 0 };
    const char *at = text;

    if (strnlen(text, RECORD_KEY_MAX + 1) > RECORD_KEY_MAX)
        return false;
    at = take_part(at, parsed.kind, sizeof parsed.kind);
    if (!at || *at != '/')
        return false;
    at = take_part(at + 1, parsed.first, sizeof parsed.first);
    if (!at)
        return false;
    if (*at == '/')
        at = take_part(at + 1, parsed.second, sizeof parsed.second);
    if (!at || *at != '\0')
        return false;
    *key = parsed;
    return true;
}
