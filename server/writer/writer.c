/*
 * writer.c: the thread, its queue, and the way back. What a batch is, is commit.c's.
 */
#include "server/writer/writer.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "server/writer/commit.h"

struct writer {
    struct writer_options options;
    pthread_t thread;
    struct queue queue;
    atomic_bool read_only;
    struct batch batch; /* the thread's: room that is too large for its stack */
};

static void say_room(struct writer *writer, bool read_only)
{
    if (atomic_exchange(&writer->read_only, read_only) == read_only)
        return;
    LOG_EVENT(read_only ? LOG_ERROR : LOG_INFO, read_only ? "store.full" : "store.writable",
              TEXT("message", read_only ? "no room: nothing is taken in until there is; make room on the disk"
                                        : "there is room again"));
}

static void answer_all(struct request_list *answered)
{
    for (struct request *request; (request = request_list_take(answered)) != NULL;)
        request->on_answer(request, request->owner);
}

static void *run(void *argument)
{
    struct writer *writer = argument;
    struct request_list waiting, answered;

    request_list_init(&waiting);
    request_list_init(&answered);
    while (queue_take(&writer->queue, &waiting, BATCH_REQUESTS_MAX))
        while (waiting.first) {
            bool read_only, changed;

            changed = commit_batch(&writer->options, &writer->batch, &waiting, &answered, &read_only);
            say_room(writer, read_only);
            answer_all(&answered);
            if (writer->options.on_batch)
                writer->options.on_batch(writer->options.context, changed);
        }
    return NULL;
}

int writer_start(struct writer **out, const struct writer_options *options)
{
    struct writer *writer = calloc(1, sizeof *writer);

    if (!writer)
        return FAULT(FAULT_MEMORY, "out of memory");
    writer->options = *options;
    queue_init(&writer->queue, WRITER_QUEUE_MAX, WRITER_QUEUE_BYTES_MAX);
    if (pthread_create(&writer->thread, NULL, run, writer) != 0) {
        queue_done(&writer->queue);
        free(writer);
        return FAULT(FAULT_MEMORY, "no thread for the writer: the limit on processes or memory is reached");
    }
    *out = writer;
    return 0;
}

int writer_submit(struct writer *writer, struct request *request)
{
    CHECK(request->route->kind == ROUTE_WRITE);
    return queue_add(&writer->queue, request);
}

bool writer_is_read_only(struct writer *writer)
{
    return atomic_load(&writer->read_only);
}

struct writer *writer_stop(struct writer *writer)
{
    if (!writer)
        return NULL;
    queue_stop(&writer->queue);
    pthread_join(writer->thread, NULL);
    queue_done(&writer->queue);
    free(writer);
    return NULL;
}
