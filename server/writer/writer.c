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
#include "server/writer/syncer.h"

struct writer {
    struct writer_options options;
    pthread_t thread;
    struct queue queue;
    struct syncer *syncer;
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

static void *run(void *argument)
{
    struct writer *writer = argument;
    struct request_list waiting, answered;

    request_list_init(&waiting);
    request_list_init(&answered);
    while (queue_take(&writer->queue, &waiting, BATCH_REQUESTS_MAX))
        while (waiting.first) {
            bool read_only, changed;

            changed = commit_batch(&writer->options, writer->syncer, &writer->batch, &waiting, &answered, &read_only);
            say_room(writer, read_only);
            syncer_add(writer->syncer, &answered, changed);
        }
    return NULL;
}

static struct writer *writer_free(struct writer *writer)
{
    syncer_stop(writer->syncer);
    queue_done(&writer->queue);
    free(writer);
    return NULL;
}

int writer_start(struct writer **out, const struct writer_options *options)
{
    struct writer *writer = calloc(1, sizeof *writer);
    int result;

    if (!writer)
        return FAULT(FAULT_MEMORY, "out of memory");
    writer->options = *options;
    queue_init(&writer->queue, WRITER_QUEUE_MAX, WRITER_QUEUE_BYTES_MAX);
    result = syncer_start(&writer->syncer, &writer->options, &writer->queue);
    if (result == 0 && pthread_create(&writer->thread, NULL, run, writer) != 0)
        result = FAULT(FAULT_MEMORY, "no thread for the writer: the limit on processes or memory is reached");
    if (result < 0)
        writer_free(writer);
    else
        *out = writer;
    return result;
}

int writer_submit(struct writer *writer, struct request *request)
{
    CHECK(request->route->kind == ROUTE_WRITE);
    return queue_add(&writer->queue, request);
}

bool writer_settled(struct writer *writer, struct request *request)
{
    return syncer_settled(writer->syncer, request);
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
    return writer_free(writer);
}
