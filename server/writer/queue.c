/*
 * queue.c: a mutex, a condition and a list. Knows nothing of what is done with the requests. Any thread.
 */
#include "server/writer/queue.h"

#include "common/base/check.h"
#include "server/writer/writer.h"

void request_list_init(struct request_list *list)
{
    *list = (struct request_list){ .last = &list->first };
}

void request_list_add(struct request_list *list, struct request *request)
{
    request->next = NULL;
    *list->last = request;
    list->last = &request->next;
    list->count++;
}

struct request *request_list_take(struct request_list *list)
{
    struct request *request = list->first;

    if (!request)
        return NULL;
    list->first = request->next;
    if (!list->first)
        list->last = &list->first;
    list->count--;
    request->next = NULL;
    return request;
}

void queue_init(struct queue *queue, size_t limit, size_t bytes_limit)
{
    pthread_mutex_init(&queue->mutex, NULL);
    pthread_cond_init(&queue->filled, NULL);
    request_list_init(&queue->waiting);
    queue->limit = limit;
    queue->bytes_limit = bytes_limit;
    queue->bytes = 0;
    queue->stopped = false;
}

void queue_done(struct queue *queue)
{
    CHECK(queue->waiting.count == 0);
    pthread_cond_destroy(&queue->filled);
    pthread_mutex_destroy(&queue->mutex);
}

int queue_add(struct queue *queue, struct request *request)
{
    size_t bytes = arena_taken(request->arena);
    int result = 0;

    pthread_mutex_lock(&queue->mutex);
    if (queue->stopped)
        result = WRITER_STOPPED;
    else if (queue->waiting.count >= queue->limit || bytes > queue->bytes_limit - queue->bytes)
        result = WRITER_FULL;
    else {
        request_list_add(&queue->waiting, request);
        request->held = bytes;
        queue->bytes += bytes;
    }
    pthread_mutex_unlock(&queue->mutex);
    if (result == 0)
        pthread_cond_signal(&queue->filled);
    return result;
}

bool queue_take(struct queue *queue, struct request_list *taken, size_t most)
{
    pthread_mutex_lock(&queue->mutex);
    while (queue->waiting.count == 0 && !queue->stopped)
        pthread_cond_wait(&queue->filled, &queue->mutex);
    while (taken->count < most && queue->waiting.count > 0)
        request_list_add(taken, request_list_take(&queue->waiting));
    pthread_mutex_unlock(&queue->mutex);
    return taken->count > 0;
}

void queue_answered(struct queue *queue, struct request *request)
{
    if (request->held == 0)
        return;
    pthread_mutex_lock(&queue->mutex);
    queue->bytes -= request->held;
    pthread_mutex_unlock(&queue->mutex);
    request->held = 0;
}

void queue_stop(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->stopped = true;
    pthread_mutex_unlock(&queue->mutex);
    pthread_cond_broadcast(&queue->filled);
}
