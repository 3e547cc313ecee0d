/*
 * batch.c: the entries of one transaction: packed, chained, applied. The journal's append is the writer's.
 */
#include "server/ledger/batch.h"

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "common/wire/limits.h"
#include "server/ledger/meta.h"

/* Packed entries, one after the other. Of a push, and one that comes along: what an admission admits, or a release. */
enum { BATCH_ARENA_BYTES = BATCH_BYTES_MAX + 1024 * 1024, ENTRIES_A_REQUEST = PUSH_EDITS_MAX + 2 };

int batch_init(struct batch *batch, struct ledger *ledger, struct txn *txn, uint64_t now_ms)
{
    uint64_t newest_ms = meta_time(txn);
    CLEANUP(arena_free) struct arena *arena = NULL;

    batch->ledger = ledger;
    batch->txn = txn;
    batch->now_ms = now_ms > newest_ms ? now_ms : newest_ms;
    batch->clock_ms = now_ms;
    batch->head = ledger_head(txn);
    batch->count = batch->bytes = 0;
    batch->arena = NULL;
    batch->view = (struct view){ 0 };
    TRY(txn->fault);
    TRY(arena_new(&arena, BATCH_ARENA_BYTES));
    TRY(view_init(&batch->view, txn, ledger_questionnaires(ledger), ledger_cells(ledger)));
    batch->arena = TAKE(&arena);
    return 0;
}

void batch_done(struct batch *batch)
{
    view_done(&batch->view);
    batch->arena = arena_free(batch->arena);
}

bool batch_has_room(const struct batch *batch, size_t bytes)
{
    return batch->count + ENTRIES_A_REQUEST <= BATCH_ENTRIES_MAX && bytes <= BATCH_BYTES_MAX - batch->bytes;
}

bool batch_takes_more(const struct batch *batch, size_t entries, size_t bytes)
{
    return batch->count + entries <= BATCH_ENTRIES_MAX && batch->bytes + bytes <= BATCH_BYTES_MAX;
}

int batch_add(struct batch *batch, Ci__Entry *entry, struct journal_head *place)
{
    struct bytes packed;

    entry->time_ms = batch->now_ms;
    packed = codec_pack(entry, batch->arena);
    if (!packed.data || packed.size > JOURNAL_ENTRY_MAX || batch->count == BATCH_ENTRIES_MAX)
        return FAULT(FAULT_MEMORY, "the batch is full: send fewer edits at once");
    batch->head = journal_chain(&batch->head, packed);
    TRY(entry_apply(&batch->view, entry, &batch->head));
    batch->entries[batch->count++] = packed;
    batch->bytes += packed.size;
    if (place)
        *place = batch->head;
    return 0;
}

int batch_add_edit(struct batch *batch, Ci__Entry *entry, const Ci__Record *before)
{
    int result;

    batch->view.before = &before;
    result = batch_add(batch, entry, NULL);
    batch->view.before = NULL;
    return result;
}

int batch_flush(struct batch *batch)
{
    if (batch->count == 0)
        return batch->txn->fault; /* only an entry's time may get into the view */
    TRY(view_flush(&batch->view));
    meta_put(batch->txn, &batch->head, batch->now_ms);
    return batch->txn->fault;
}

void batch_publish(struct batch *batch)
{
    view_publish(&batch->view);
}
