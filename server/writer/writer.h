/*
 * writer.h: the one thread that writes: takes what is queued, decides and applies it in one transaction, writes it to the
 * journal, commits; and the one that syncs the journal and then answers (syncer.h).
 *
 * Group commit without a timer: the next batch is decided while this one syncs. Bounded queue; a full one refuses and the
 * session stops reading. A failed batch drops only itself; after a failed sync the process exits. So readers see what is
 * not on disk yet for the length of a sync: nothing of that leaves the server before it is (writer_settled).
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
     * On the syncing thread, as is on_answer, when all answers of a sync were handed back: the moment to wake those who
     * wait for them, once a sync. `changed`: figures or dossiers moved. May be NULL.
     */
    void (*on_batch)(void *context, bool changed);
    void *context;
};

int writer_start(struct writer **out, const struct writer_options *options);
/* Takes the request over until its on_answer. Outcomes leave it with the caller. Any thread. */
int writer_submit(struct writer *writer, struct request *request);
/*
 * For a read that has been done: true where all that it can have seen is on disk. False: the request was taken over until
 * its on_answer, which comes after the next sync. Any thread.
 */
bool writer_settled(struct writer *writer, struct request *request);
bool writer_is_read_only(struct writer *writer);
/* Finishes what is queued, joins. */
struct writer *writer_stop(struct writer *writer);
