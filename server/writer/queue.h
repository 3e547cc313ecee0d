/*
 * queue.h: what waits for the writer: a list of requests, bounded in number and in the memory that they hold, that any
 * thread adds to and one takes from.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "server/request/request.h"

/* Requests in order, linked by request->next. */
struct request_list {
    struct request *first, **last;
    size_t count;
};
void request_list_init(struct request_list *list);
void request_list_add(struct request_list *list, struct request *request);
struct request *request_list_take(struct request_list *list); /* NULL: empty */

struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t filled;
    struct request_list waiting;
    size_t limit, bytes_limit, bytes; /* bytes: of the arenas of all that was added and not answered yet */
    bool stopped;
};

void queue_init(struct queue *queue, size_t limit, size_t bytes_limit);
void queue_done(struct queue *queue); /* CHECKs that nothing waits */

/* 0, or writer.h's WRITER_FULL or WRITER_STOPPED. */
int queue_add(struct queue *queue, struct request *request);
/* Waits for something, then moves at most `most` requests to the empty `taken`. False: stopped, and nothing is left. */
bool queue_take(struct queue *queue, struct request_list *taken, size_t most);
/* To be called for each that was taken, before its answer. Any thread. */
void queue_answered(struct queue *queue, struct request *request);
/* Takes no more in; queue_take empties it. */
void queue_stop(struct queue *queue);
