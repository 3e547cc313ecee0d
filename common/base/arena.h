/*
 * arena.h: the memory of one request, freed at once, with a cap.
 *
 * Memory comes zeroed and aligned for any type. A refusal (NULL) costs nothing and is an ordinary answer:
 * the request was too complex. One thread at a time.
 */
#pragma once

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/base/cleanup.h"

struct arena;

/* `limit`: bytes that all allocations together may take; memory is taken from the system as it is needed. */
int arena_new(struct arena **out, size_t limit);
struct arena *arena_free(struct arena *arena); /* accepts NULL, returns NULL */
DEFINE_CLEANUP(struct arena, arena_free)

void *arena_alloc(struct arena *arena, size_t size); /* NULL: past the limit */
void *arena_copy(struct arena *arena, const void *bytes, size_t size);
char *arena_string(struct arena *arena, const char *text);
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Holds a secret from now on: what was taken is wiped before it is given back to the system. */
void arena_keep_secret(struct arena *arena);
bool arena_is_secret(const struct arena *arena);
/* Forgets what was taken since the mark; the mark can be used again, until something older is forgotten. */
struct arena_mark {
    const void *block;
    size_t used, taken;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, const struct arena_mark *mark);
/* Forgets everything but keeps the first block for the next use. */
void arena_reset(struct arena *arena);
size_t arena_taken(const struct arena *arena);

/* For protobuf-c's unpack; its free is a no-op. Never call free_unpacked on what came from an arena. */
ProtobufCAllocator arena_allocator(struct arena *arena);
