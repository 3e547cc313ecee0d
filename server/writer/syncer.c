/*
 * syncer.c: a thread, a list, and two counts of batches: written, and on disk.
 */
#include "server/writer/syncer.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "common/base/fault.h"
#include "server/journal/journal.h"
#include "server/writer/commit.h"

struct syncer {
    const struct writer_options *options;
    struct queue *queue;
    pthread_t thread;
    _Atomic uint64_t written, durable; /* batches; both only rise */

    pthread_mutex_t mutex; /* of what follows */
    pthread_cond_t filled;
    struct request_list waiting;
    bool changed, stopped;
};

/* False: stopped, and nothing waits. */
static bool take(struct syncer *syncer, struct request_list *taken, bool *changed)
{
    pthread_mutex_lock(&syncer->mutex);
    while (syncer->waiting.count == 0 && !syncer->changed && !syncer->stopped)
        pthread_cond_wait(&syncer->filled, &syncer->mutex);
    *taken = syncer->waiting;
    if (taken->count == 0)
        request_list_init(taken);
    request_list_init(&syncer->waiting);
    *changed = syncer->changed;
    syncer->changed = false;
    pthread_mutex_unlock(&syncer->mutex);
    return taken->count > 0 || *changed;
}

static void *run(void *argument)
{
    struct syncer *syncer = argument;
    struct request_list taken;
    bool changed;

    while (take(syncer, &taken, &changed)) {
        uint64_t written = atomic_load(&syncer->written); /* after taking: covers all that they saw */

        if (written > atomic_load(&syncer->durable)) {
            int result = journal_sync(syncer->options->journal);

            if (result < 0)
                commit_stop_now("journal.sync_failed", result);
            atomic_store(&syncer->durable, written);
        }
        for (struct request *request; (request = request_list_take(&taken)) != NULL;) {
            queue_answered(syncer->queue, request);
            request->on_answer(request, request->owner);
        }
        if (syncer->options->on_batch)
            syncer->options->on_batch(syncer->options->context, changed);
    }
    return NULL;
}

int syncer_start(struct syncer **out, const struct writer_options *options, struct queue *queue)
{
    struct syncer *syncer = calloc(1, sizeof *syncer);

    if (!syncer)
        return FAULT(FAULT_MEMORY, "out of memory");
    syncer->options = options;
    syncer->queue = queue;
    pthread_mutex_init(&syncer->mutex, NULL);
    pthread_cond_init(&syncer->filled, NULL);
    request_list_init(&syncer->waiting);
    if (pthread_create(&syncer->thread, NULL, run, syncer) != 0) {
        free(syncer);
        return FAULT(FAULT_MEMORY, "no thread for syncing: the limit on processes or memory is reached");
    }
    *out = syncer;
    return 0;
}

struct syncer *syncer_stop(struct syncer *syncer)
{
    if (!syncer)
        return NULL;
    pthread_mutex_lock(&syncer->mutex);
    syncer->stopped = true;
    pthread_mutex_unlock(&syncer->mutex);
    pthread_cond_signal(&syncer->filled);
    pthread_join(syncer->thread, NULL);
    pthread_cond_destroy(&syncer->filled);
    pthread_mutex_destroy(&syncer->mutex);
    free(syncer);
    return NULL;
}

void syncer_written(struct syncer *syncer)
{
    if (syncer)
        atomic_fetch_add(&syncer->written, 1);
}

void syncer_add(struct syncer *syncer, struct request_list *answered, bool changed)
{
    pthread_mutex_lock(&syncer->mutex);
    while (answered->first)
        request_list_add(&syncer->waiting, request_list_take(answered));
    syncer->changed |= changed;
    pthread_mutex_unlock(&syncer->mutex);
    pthread_cond_signal(&syncer->filled);
}

bool syncer_settled(struct syncer *syncer, struct request *request)
{
    if (atomic_load(&syncer->written) == atomic_load(&syncer->durable))
        return true;
    pthread_mutex_lock(&syncer->mutex);
    request_list_add(&syncer->waiting, request);
    pthread_mutex_unlock(&syncer->mutex);
    pthread_cond_signal(&syncer->filled);
    return false;
}
