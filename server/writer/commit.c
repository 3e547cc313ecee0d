/*
 * commit.c: decide, apply, append, commit. Knows nothing of threads and queues; what was appended is synced by others.
 *
 * A handler that fails takes the whole transaction with it, since what it had already put cannot be told apart. It is
 * answered `internal` and set aside, and the others are decided again from the start in a new transaction: deciding changes
 * nothing but the transaction, so it can be done twice, and each time there is one request less to fail.
 */
#include "server/writer/commit.h"

#include <unistd.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/store/txn.h"
#include "server/ledger/view_files.h"
#include "server/writer/syncer.h"

enum {
    /* What one request can add: a frame of edits, and beside each edit the heads after it. */
    REQUEST_ENTRIES_BYTES = FRAME_PAYLOAD_MAX + 256 * 2048,
};

_Static_assert((int)REQUEST_ENTRIES_BYTES < (int)BATCH_BYTES_MAX, "one request always fits an empty batch");

/* A start replays the journal; going on could acknowledge what is not on the disk. */
_Noreturn void commit_stop_now(const char *event, int fault)
{
    log_fault(LOG_ERROR, event, fault);
    LOG_EVENT(LOG_ERROR, "server.ended", TEXT("reason", event),
              TEXT("remedy",
                   "start again: everything that was acknowledged is in the journal; if this comes back, look at "
                   "the disk"));
    _exit(EXIT_FAILURE);
}

static enum error_code error_of(int fault)
{
    return fault == -FAULT_FULL ? ERROR_STORE_FULL : ERROR_INTERNAL;
}

static void refuse(struct request *request, enum error_code code)
{
    request_forget(request);
    request_refuse(request, code, NULL, NULL);
}

static void refuse_all(struct request_list *list, enum error_code code, struct request_list *answered)
{
    for (struct request *request; (request = request_list_take(list)) != NULL;) {
        refuse(request, code);
        request_list_add(answered, request);
    }
}

/* Decided anew, it has all the room of its arena that it had the first time. */
static void begin_anew(struct request *request)
{
    request_forget(request);
    if (request->undecided.block)
        arena_rewind(request->arena, &request->undecided);
    else
        request->undecided = arena_mark(request->arena);
}

/* 0 with an answer, or a fault. Rights are looked up here, in the transaction that they are used in. */
static int decide(struct request *request, struct batch *batch)
{
    begin_anew(request);
    int found = request_find_peer(request, batch->ledger, batch->txn);

    if (found != 0)
        return found < 0 ? found : request_refuse_peer(request, (enum error_code)found);
    TRY(request->route->write(request, batch));
    return batch->txn->fault;
}

/* Moves what was decided to `decided`. On a fault of a handler `*failed` is its request, which is in neither list. */
static int decide_all(struct batch *batch, struct request_list *waiting, struct request_list *decided,
                      struct request **failed)
{
    while (waiting->first && batch_has_room(batch, REQUEST_ENTRIES_BYTES)) {
        struct request *request = request_list_take(waiting);
        int result = decide(request, batch);

        if (result < 0) {
            *failed = request;
            return result;
        }
        CHECK(request->error || request->reply || request->route->finish); /* a push is answered by its finish */
        request_list_add(decided, request);
    }
    CHECK(decided->count > 0);
    return batch_flush(batch);
}

/* In the journal, then in the view. A fault left both as they were. */
static int append_and_commit(const struct writer_options *options, struct syncer *syncer, struct batch *batch)
{
    int result;

    if (batch->count == 0)
        return 0; /* all refused, or known already */
    result = journal_write(options->journal, batch->head.position - batch->count, batch->entries, batch->count);
    if (result == -FAULT_CORRUPT)
        commit_stop_now("journal.sync_failed", result);
    if (result < 0)
        return result;
    CHECK(result == 0); /* JOURNAL_MOVED: nobody else appends to these files */
    syncer_written(syncer);
    result = txn_commit(batch->txn);
    if (result < 0)
        commit_stop_now("view.commit_failed", result);
    batch_publish(batch);
    return 0;
}

/* One attempt, in one transaction. */
static int attempt(const struct writer_options *options, struct syncer *syncer, struct batch *batch,
                   struct request_list *waiting, struct request_list *decided, struct request **failed, bool *changed)
{
    uint64_t now_ms = clock_now_ms(options->clock);
    struct txn txn;
    int result;

    TRY(txn_begin_write(&txn, ledger_store(options->ledger)));
    result = batch_init(batch, options->ledger, &txn, now_ms);
    if (result == 0) {
        result = decide_all(batch, waiting, decided, failed);
        if (result == 0)
            result = append_and_commit(options, syncer, batch);
        *changed = batch->count > 0;
        batch_done(batch);
    }
    txn_end(&txn);
    return result;
}

static void move_all(struct request_list *from, struct request_list *to)
{
    while (from->first)
        request_list_add(to, request_list_take(from));
}

/* The others are decided again, in the order in which they came. */
static void put_back(struct request_list *decided, struct request_list *waiting)
{
    struct request_list all;

    request_list_init(&all);
    move_all(decided, &all);
    move_all(waiting, &all);
    move_all(&all, waiting);
}

bool commit_batch(const struct writer_options *options, struct syncer *syncer, struct batch *batch,
                  struct request_list *waiting, struct request_list *answered, bool *read_only)
{
    size_t headroom = options->headroom_bytes ? options->headroom_bytes : VIEW_HEADROOM_BYTES;

    *read_only = store_headroom(ledger_store(options->ledger)) < headroom;
    if (*read_only)
        refuse_all(waiting, ERROR_STORE_FULL, answered);
    while (waiting->first) {
        struct request *failed = NULL;
        struct request_list decided;
        bool changed = false;
        int fault;

        request_list_init(&decided);
        fault = attempt(options, syncer, batch, waiting, &decided, &failed, &changed);
        if (fault == 0) {
            move_all(&decided, answered);
            return changed;
        }
        log_fault(LOG_ERROR, failed ? "request.failed" : "batch.failed", fault);
        if (!failed) {
            *read_only = fault == -FAULT_FULL;
            refuse_all(decided.first ? &decided : waiting, error_of(fault), answered);
            return false;
        }
        refuse(failed, error_of(fault));
        request_list_add(answered, failed);
        put_back(&decided, waiting);
    }
    return false;
}
