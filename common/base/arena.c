/*
 * arena.c: blocks that are filled from the front and freed together. The arena itself lives at the front of its
 * first block, so that a small request costs one calloc. Knows nothing of what it holds. One thread at a time.
 */
#include "common/base/arena.h"

#include <openssl/crypto.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/base/check.h"
#include "common/base/fault.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISON 1
#endif
#endif
#ifdef ARENA_POISON
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size)   ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

enum {
    BLOCK_BYTES_FIRST = 4 * 1024, /* most requests fit */
    BLOCK_BYTES_MAX = 64 * 1024,  /* blocks double up to this; a larger wish gets its own */
};

struct block {
    struct block *older;
    size_t size, used; /* of bytes */
    alignas(max_align_t) uint8_t bytes[];
};

struct arena {
    struct block *newest; /* the last of the list is the one that holds this struct */
    size_t limit, taken;
    bool secret;
};

enum { ARENA_ROOM = (sizeof(struct arena) + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1) };

static struct block *block_new(size_t size, struct block *older)
{
    struct block *block = calloc(1, sizeof *block + size);

    if (!block)
        return NULL;
    block->older = older;
    block->size = size;
    ASAN_POISON_MEMORY_REGION(block->bytes, size);
    return block;
}

static struct block *block_free(struct block *block, bool secret)
{
    struct block *older = block->older;

    ASAN_UNPOISON_MEMORY_REGION(block->bytes, block->size);
    if (secret)
        OPENSSL_cleanse(block->bytes, block->used);
    free(block);
    return older;
}

static void *block_take(struct block *block, size_t size)
{
    uint8_t *at = block->bytes + block->used;

    block->used += size;
    ASAN_UNPOISON_MEMORY_REGION(at, size);
    return at;
}

int arena_new(struct arena **out, size_t limit)
{
    struct block *block = block_new(BLOCK_BYTES_FIRST - sizeof *block, NULL);
    struct arena *arena;

    if (!block)
        return FAULT(FAULT_MEMORY, "out of memory");
    arena = block_take(block, ARENA_ROOM);
    *arena = (struct arena){ .newest = block, .limit = limit };
    *out = arena;
    return 0;
}

struct arena *arena_free(struct arena *arena)
{
    if (!arena)
        return NULL;
    bool secret = arena->secret; /* the last block holds the arena */

    for (struct block *block = arena->newest; block;)
        block = block_free(block, secret);
    return NULL;
}

static size_t next_block_size(const struct block *newest, size_t wish)
{
    size_t size = newest->size * 2;

    if (size > BLOCK_BYTES_MAX)
        size = BLOCK_BYTES_MAX;
    return size < wish ? wish : size;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > arena->limit) /* first: rounding must not wrap */
        return NULL;
    if (size == 0)
        size = 1; /* an address of its own */
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (size > arena->limit - arena->taken)
        return NULL;
    if (size > arena->newest->size - arena->newest->used) {
        struct block *block = block_new(next_block_size(arena->newest, size), arena->newest);

        if (!block)
            return NULL;
        arena->newest = block;
    }
    arena->taken += size;
    return block_take(arena->newest, size);
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
    void *copy = arena_alloc(arena, size);

    if (copy && size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

char *arena_string(struct arena *arena, const char *text)
{
    return arena_copy(arena, text, strlen(text) + 1);
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    int length;
    char *text;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    CHECK(length >= 0);
    text = arena_alloc(arena, (size_t)length + 1);
    if (!text)
        return NULL;
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

void arena_keep_secret(struct arena *arena)
{
    arena->secret = true;
}

bool arena_is_secret(const struct arena *arena)
{
    return arena->secret;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){ arena->newest, arena->newest->used, arena->taken };
}

void arena_rewind(struct arena *arena, const struct arena_mark *mark)
{
    struct block *block = arena->newest;

    while (block != mark->block)
        block = block_free(block, arena->secret);
    memset(block->bytes + mark->used, 0, block->used - mark->used);
    ASAN_POISON_MEMORY_REGION(block->bytes + mark->used, block->size - mark->used);
    block->used = mark->used;
    arena->newest = block;
    arena->taken = mark->taken;
}

void arena_reset(struct arena *arena)
{
    const struct block *first = arena->newest;

    while (first->older)
        first = first->older;
    arena_rewind(arena, &(struct arena_mark){ .block = first, .used = ARENA_ROOM });
    arena->secret = false;
}

size_t arena_taken(const struct arena *arena)
{
    return arena->taken;
}

static void *protobuf_alloc(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

static void protobuf_free(void *arena, void *pointer)
{
    (void)arena;
    (void)pointer;
}

ProtobufCAllocator arena_allocator(struct arena *arena)
{
    return (ProtobufCAllocator){ protobuf_alloc, protobuf_free, arena };
}
