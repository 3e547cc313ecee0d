/*
 * buffer.c: where the bytes of a buffer move and grow. Growing doubles; bytes move to the front only when that is
 * cheaper than what was consumed, or when the limit leaves no other way. One thread at a time.
 */
#include "common/base/buffer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/check.h"
#include "common/base/fault.h"

enum { BUFFER_BYTES_FIRST = 1024 };

void buffer_init(struct buffer *buffer, size_t limit)
{
    *buffer = (struct buffer){ .limit = limit };
}

void buffer_done(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){ .limit = buffer->limit };
}

static size_t grown(const struct buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity > buffer->limit / 2 ? buffer->limit : buffer->capacity * 2;

    if (capacity < BUFFER_BYTES_FIRST)
        capacity = BUFFER_BYTES_FIRST;
    if (capacity < needed)
        capacity = needed;
    return capacity > buffer->limit ? buffer->limit : capacity;
}

/* All unread bytes at the front of memory that holds at least `needed`. */
static int make_room(struct buffer *buffer, size_t needed)
{
    size_t unread = buffer_size(buffer);
    bool fits = needed <= buffer->capacity;

    if (fits && (buffer->start >= unread || buffer->capacity == buffer->limit)) {
        memmove(buffer->bytes, buffer->bytes + buffer->start, unread);
    } else {
        size_t capacity = grown(buffer, needed);
        uint8_t *bytes = malloc(capacity);

        if (!bytes)
            return FAULT(FAULT_MEMORY, "out of memory");
        if (unread > 0)
            memcpy(bytes, buffer_data(buffer), unread);
        free(buffer->bytes);
        buffer->bytes = bytes;
        buffer->capacity = capacity;
    }
    buffer->start = 0;
    buffer->end = unread;
    return 0;
}

uint8_t *buffer_reserve(struct buffer *buffer, size_t size)
{
    size_t unread = buffer_size(buffer);

    if (size > buffer->limit - unread) {
        FAULT(FAULT_MEMORY, "more than the %zu bytes that fit in this buffer", buffer->limit);
        return NULL;
    }
    if ((!buffer->bytes || size > buffer->capacity - buffer->end) && make_room(buffer, unread + size) < 0)
        return NULL;
    return buffer->bytes + buffer->end;
}

void buffer_commit(struct buffer *buffer, size_t size)
{
    CHECK(size <= buffer->capacity - buffer->end);
    buffer->end += size;
}

int buffer_append(struct buffer *buffer, const void *bytes, size_t size)
{
    uint8_t *room;

    if (size == 0)
        return 0;
    room = buffer_reserve(buffer, size);
    if (!room)
        return -FAULT_MEMORY; /* reported where it was born */
    memcpy(room, bytes, size);
    buffer_commit(buffer, size);
    return 0;
}

void buffer_consume(struct buffer *buffer, size_t size)
{
    CHECK(size <= buffer_size(buffer));
    buffer->start += size;
    if (buffer->start == buffer->end)
        buffer->start = buffer->end = 0;
}

void buffer_trim(struct buffer *buffer)
{
    if (buffer_size(buffer) == 0)
        buffer_done(buffer);
}
