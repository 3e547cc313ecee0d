/*
 * yaml_place.h: where each path of a message ("questions[12].scale") stands in the file it was read from, so that what is
 * found wrong with the message later can be shown at its line. Within common/format. One thread at a time.
 */
#pragma once

#include <stdbool.h>

#include "common/base/arena.h"

struct place;

struct places {
    struct arena *arena;
    struct place *newest;
    bool exhausted; /* the arena's limit was met: what was remembered is not whole */
};

/* `reported`: the path has a mistake already, and what is found of it later would be an echo. The path is borrowed. */
void places_remember(struct places *places, const char *path, unsigned line, bool reported);
/* The line of the path, or of the nearest part of the message around it; 0 where its mistake was reported already. */
unsigned places_find(const struct places *places, const char *path);
/* "path.name" and "path[index]" in the arena; the whole message is the empty path. NULL where exhausted. */
const char *places_member(struct places *places, const char *path, const char *name);
const char *places_item(struct places *places, const char *path, size_t index);
