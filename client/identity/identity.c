/*
 * identity.c: who an install is, as text of a name and a value a line, and within its bounds. Pure; any thread.
 */
#include "client/identity/identity.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/fault.h"

enum { AREAS_MAX = sizeof((struct identity *)0)->areas / sizeof((struct identity *)0)->areas[0], LINE_SIZE = 512 };

const char *identity_municipality(const struct identity *identity)
{
    bool local = identity->role == CI__ROLE__ROLE_RESPONDENT || identity->role == CI__ROLE__ROLE_LEAD ||
                 identity->role == CI__ROLE__ROLE_EXECUTIVE;

    return local && identity->area_count == 1 ? identity->areas[0] : NULL;
}

static bool set_text(char *out, size_t size, const char *text)
{
    return (size_t)snprintf(out, size, "%s", text) < size;
}

int identity_set(struct identity *identity, const char *person, const char *install, Ci__Role role, char *const *areas,
                 size_t area_count)
{
    bool fits = area_count <= AREAS_MAX && set_text(identity->person, sizeof identity->person, person) &&
                set_text(identity->install, sizeof identity->install, install);

    for (size_t i = 0; fits && i < area_count; i++)
        fits = set_text(identity->areas[i], sizeof identity->areas[i], areas[i]);
    if (!fits)
        return FAULT(FAULT_INVALID, "the server says of this install what does not fit: update the program");
    identity->role = role;
    identity->area_count = area_count;
    return 0;
}

void identity_set_letterbox(struct identity *identity, struct bytes certificate)
{
    if (certificate.size == 0 || certificate.size > sizeof identity->letterbox)
        return;
    memcpy(identity->letterbox, certificate.data, certificate.size);
    identity->letterbox_size = certificate.size;
}

static int add_line(struct buffer *text, const char *name, const char *value)
{
    char line[LINE_SIZE];
    int size = snprintf(line, sizeof line, "%s %s\n", name, value);

    if (size >= LINE_SIZE)
        return FAULT(FAULT_INVALID, "%s is too long", name);
    return buffer_append(text, line, (size_t)size);
}

int identity_print(const struct identity *identity, struct buffer *text)
{
    char number[24];

    TRY(add_line(text, "person", identity->person));
    TRY(add_line(text, "install", identity->install));
    snprintf(number, sizeof number, "%d", (int)identity->role);
    TRY(add_line(text, "role", number));
    for (size_t i = 0; i < identity->area_count; i++)
        TRY(add_line(text, "area", identity->areas[i]));
    TRY(add_line(text, "server", identity->server));
    snprintf(number, sizeof number, "%" PRIu64, identity->certificate_ends_ms);
    return add_line(text, "certificate-ends", number);
}

/* False where the line is none of ours. */
static bool take_line(struct identity *identity, const char *name, const char *value)
{
    if (strcmp(name, "person") == 0)
        return set_text(identity->person, sizeof identity->person, value);
    if (strcmp(name, "install") == 0)
        return set_text(identity->install, sizeof identity->install, value);
    if (strcmp(name, "server") == 0)
        return set_text(identity->server, sizeof identity->server, value);
    if (strcmp(name, "area") == 0)
        return identity->area_count < AREAS_MAX &&
               set_text(identity->areas[identity->area_count++], sizeof identity->areas[0], value);
    if (strcmp(name, "role") == 0)
        identity->role = (Ci__Role)strtoul(value, NULL, 10);
    else if (strcmp(name, "certificate-ends") == 0)
        identity->certificate_ends_ms = strtoull(value, NULL, 10);
    else
        return false;
    return true;
}

int identity_parse(struct identity *identity, struct bytes text)
{
    const char *at = text.data, *end = at + text.size;
    struct identity parsed = { 0 };

    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        char line[LINE_SIZE];

        if (!stop || stop - at >= LINE_SIZE)
            return FAULT(FAULT_CORRUPT, "the file identity is damaged: enrol again with a new code");
        memcpy(line, at, (size_t)(stop - at));
        line[stop - at] = '\0';
        char *value = strchr(line, ' ');

        if (value)
            *value++ = '\0';
        if (!value || !take_line(&parsed, line, value))
            return FAULT(FAULT_CORRUPT, "the file identity is damaged: enrol again with a new code");
        at = stop + 1;
    }
    if (!parsed.person[0] || !parsed.install[0] || !parsed.server[0])
        return FAULT(FAULT_CORRUPT, "the file identity is not whole: enrol again with a new code");
    *identity = parsed;
    return 0;
}
