/*
 * writer.h: the one thread that writes: takes what is queued, decides and applies it in one transaction, appends the
 * journal once, commits, answers.
 *
 * Group commit without a timer: the next batch gathers while this one syncs. Bounded queue; a full one refuses and the
 * session stops reading. A failed batch drops only itself; after a failed sync the process exits.
 */
#pragma once

#include "common/base/clock.h"
#include "server/request/route.h"

struct writer;

/* Of what waits: a push of a full frame takes some 4 MiB once it is unpacked, most take a few kilobytes. */
enum { WRITER_QUEUE_MAX = 4096, WRITER_QUEUE_BYTES_MAX = 256 * 1024 * 1024 };
enum writer_outcome { WRITER_FULL = 1, WRITER_STOPPED };

struct writer_options {
    struct ledger *ledger;
    struct journal *journal; /* the writer's from here on, until writer_stop */
    const struct clock *clock;
    size_t headroom_bytes; /* below it the server is read-only (store_full); 0: 64 MiB */
    /*
     * On the writer's thread when all answers of a batch were handed back (on_answer): the moment to wake those who
     * wait for them, once a batch. `changed`: figures or dossiers moved. May be NULL.
     */
    void (*on_batch)(void *context, bool changed);
    void *context;
};

int writer_start(struct writer **out, const struct writer_options *options);
/* Takes the request over until its on_answer. Outcomes leave it with the caller. Any thread. */
int writer_submit(struct writer *writer, struct request *request);
bool writer_is_read_only(struct writer *writer);
/* Finishes what is queued, joins. */
struct writer *writer_stop(struct writer *writer);
