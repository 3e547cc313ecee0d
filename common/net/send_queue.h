/*
 * send_queue.h: bytes on their way into one socket. Inside this room; on its loop's thread.
 *
 * What the kernel takes at once costs no copy; the rest waits in memory that is never touched until its write is done.
 */
#pragma once

#include <uv.h>

#include "common/base/buffer.h"

enum { SEND_QUEUE_BYTES_MAX = 4 * 1024 * 1024 }; /* some replies of the largest kind; above it sending is a fault */

struct send_queue {
    struct buffer waiting; /* append here, then flush */
    struct buffer writing; /* libuv has it, until its callback */
    uv_write_t request;
    uv_stream_t *stream;
    void (*on_written)(struct send_queue *queue, int status); /* a write that had to wait is over */
    uint64_t taken;                                           /* bytes that the kernel took, ever */
};

void send_queue_init(struct send_queue *queue, uv_stream_t *stream, void (*on_written)(struct send_queue *, int));
void send_queue_done(struct send_queue *queue);
/* 0, or libuv's error. */
int send_queue_flush(struct send_queue *queue);
size_t send_queue_size(const struct send_queue *queue);
/* Rises whenever the peer takes something: for telling a slow peer from one that does not read. */
uint64_t send_queue_progress(const struct send_queue *queue);
