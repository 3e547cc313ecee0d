/*
 * yaml_place.c: a list of paths with their lines, newest first: it is searched only for mistakes. One thread at a time.
 */
#include "common/format/yaml_place.h"

#include <string.h>

struct place {
    const char *path;
    unsigned line;
    bool reported;
    struct place *next;
};

void places_remember(struct places *places, const char *path, unsigned line, bool reported)
{
    struct place *place = path ? arena_alloc(places->arena, sizeof *place) : NULL;

    places->exhausted |= !place;
    if (!place)
        return;
    *place = (struct place){ path, line, reported, places->newest };
    places->newest = place;
}

/* A mistake in one language of a text is a mistake of the text. */
static bool is_path_or_language(const char *path, const char *wanted, size_t length)
{
    return strncmp(path, wanted, length) == 0 &&
           (path[length] == '\0' || strcmp(path + length, ".nl") == 0 || strcmp(path + length, ".en") == 0);
}

static const struct place *find_exactly(const struct places *places, const char *path, size_t length)
{
    const struct place *found = NULL;

    for (const struct place *place = places->newest; place; place = place->next) {
        if (!is_path_or_language(place->path, path, length))
            continue;
        if (place->reported)
            return place;
        if (place->path[length] == '\0')
            found = place;
    }
    return found;
}

unsigned places_find(const struct places *places, const char *path)
{
    size_t length = strlen(path);
    const struct place *place = find_exactly(places, path, length);

    while (!place && length > 0) {
        do
            length--;
        while (length > 0 && path[length] != '.' && path[length] != '[');
        place = find_exactly(places, path, length);
    }
    if (!place)
        return 1;
    return place->reported ? 0 : place->line;
}

const char *places_member(struct places *places, const char *path, const char *name)
{
    const char *full = NULL;

    if (path)
        full = *path ? arena_format(places->arena, "%s.%s", path, name) : arena_string(places->arena, name);
    places->exhausted |= !full;
    return full;
}

const char *places_item(struct places *places, const char *path, size_t index)
{
    const char *full = path ? arena_format(places->arena, "%s[%zu]", path, index) : NULL;

    places->exhausted |= !full;
    return full;
}
