/*
 * send_queue.c: two buffers that change places: one gathers while the other is with libuv. On its loop's thread.
 */
#include "common/net/send_queue.h"

void send_queue_init(struct send_queue *queue, uv_stream_t *stream, void (*on_written)(struct send_queue *, int))
{
    *queue = (struct send_queue){ .stream = stream, .on_written = on_written };
    buffer_init(&queue->waiting, SEND_QUEUE_BYTES_MAX);
    buffer_init(&queue->writing, SEND_QUEUE_BYTES_MAX);
    queue->request.data = queue;
}

void send_queue_done(struct send_queue *queue)
{
    buffer_done(&queue->waiting);
    buffer_done(&queue->writing);
}

size_t send_queue_size(const struct send_queue *queue)
{
    return buffer_size(&queue->waiting) + buffer_size(&queue->writing);
}

uint64_t send_queue_progress(const struct send_queue *queue)
{
    return queue->taken + buffer_size(&queue->writing) - uv_stream_get_write_queue_size(queue->stream);
}

static void on_write(uv_write_t *request, int status)
{
    struct send_queue *queue = request->data;
    size_t size = buffer_size(&queue->writing);

    buffer_consume(&queue->writing, size);
    buffer_trim(&queue->writing);
    if (status == 0) {
        queue->taken += size;
        status = send_queue_flush(queue);
    }
    queue->on_written(queue, status);
}

static uv_buf_t unread(const struct buffer *buffer)
{
    return (uv_buf_t){ .base = (char *)(uintptr_t)buffer_data(buffer), .len = buffer_size(buffer) };
}

static int write_later(struct send_queue *queue)
{
    struct buffer empty = queue->writing;
    uv_buf_t bytes;

    queue->writing = queue->waiting;
    queue->waiting = empty;
    bytes = unread(&queue->writing);
    return uv_write(&queue->request, queue->stream, &bytes, 1, on_write);
}

int send_queue_flush(struct send_queue *queue)
{
    uv_buf_t bytes = unread(&queue->waiting);
    int taken;

    if (bytes.len == 0 || buffer_size(&queue->writing) > 0)
        return 0;
    taken = uv_try_write(queue->stream, &bytes, 1);
    if (taken < 0 && taken != UV_EAGAIN)
        return taken;
    if (taken > 0) {
        queue->taken += (uint64_t)taken;
        buffer_consume(&queue->waiting, (size_t)taken);
    }
    if (buffer_size(&queue->waiting) > 0)
        return write_later(queue);
    buffer_trim(&queue->waiting);
    return 0;
}
