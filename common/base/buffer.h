/*
 * buffer.h: growing bytes with a mandatory maximum.
 *
 * Append at the end, consume at the front. Embedded in its owner; one thread at a time.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct buffer {
    uint8_t *bytes;    /* NULL while nothing was ever put in */
    size_t start, end; /* what is unread: bytes[start, end) */
    size_t capacity, limit;
};

void buffer_init(struct buffer *buffer, size_t limit);
void buffer_done(struct buffer *buffer);

static inline size_t buffer_size(const struct buffer *buffer)
{
    return buffer->end - buffer->start;
}
static inline const uint8_t *buffer_data(const struct buffer *buffer)
{
    return buffer->bytes ? buffer->bytes + buffer->start : NULL;
}
/* Room for `size` more bytes, or NULL where that would pass the limit (FAULT_MEMORY is reported). */
uint8_t *buffer_reserve(struct buffer *buffer, size_t size);
/* Says that `size` of the reserved bytes were filled. */
void buffer_commit(struct buffer *buffer, size_t size);
int buffer_append(struct buffer *buffer, const void *bytes, size_t size);
void buffer_consume(struct buffer *buffer, size_t size);
/* Gives the memory back when empty, so that an idle connection costs nothing. */
void buffer_trim(struct buffer *buffer);
