/*
 * replay.c: reads entries, applies them, commits now and then. No rules here either.
 */
#include "server/ledger/replay.h"

#include "common/base/fault.h"
#include "common/base/plant.h"
#include "server/ledger/apply.h"
#include "server/ledger/meta.h"
#include "server/ledger/records.h"
#include "server/ledger/view_files.h"

enum { REPLAY_COMMIT_ENTRIES = 2000, REPLAY_ARENA_BYTES = 4 * 1024 * 1024 };

/* Where the view is, so that the next batch goes on from there. */
struct progress {
    struct journal_head head;
    uint64_t time_ms;
};

static int apply_next(struct view *view, struct journal_reader *reader, struct arena *arena, struct progress *progress)
{
    struct bytes packed;
    Ci__Entry *entry = NULL;
    uint64_t position;
    int result = journal_read_next(reader, &position, &packed, &progress->head);

    TRY(result);
    if (result == JOURNAL_END)
        return FAULT(FAULT_CORRUPT, "the journal ends before its head");
    arena_reset(arena);
    TRY(stored_unpack(&ci__entry__descriptor, packed, arena, (ProtobufCMessage **)&entry));
    progress->time_ms = entry->time_ms;
    if (PLANTED(REPLAY_SKIPS) && entry->fact_case == CI__ENTRY__FACT_EDIT && entry->edit->number % 4 == 3)
        return 0;
    return entry_apply(view, entry, &progress->head);
}

static int apply_some(const struct replay *replay, struct txn *txn, struct journal_reader *reader, struct arena *arena,
                      struct progress *progress)
{
    struct view view = { 0 };
    int result = view_init(&view, txn, replay->questionnaires, NULL);

    for (int i = 0; i < REPLAY_COMMIT_ENTRIES && result == 0 && progress->head.position < replay->until; i++)
        result = apply_next(&view, reader, arena, progress);
    if (result == 0)
        result = view_flush(&view);
    view_done(&view);
    meta_put(txn, &progress->head, progress->time_ms);
    return result;
}

static int apply_all(const struct replay *replay, struct journal_reader *reader, struct progress *progress)
{
    CLEANUP(arena_free) struct arena *arena = NULL;

    TRY(arena_new(&arena, REPLAY_ARENA_BYTES));
    while (progress->head.position < replay->until) {
        struct txn txn;
        int result;

        if (store_headroom(replay->store) < VIEW_HEADROOM_BYTES)
            return FAULT(FAULT_FULL,
                         "the disk is too full to bring the view up to the journal: make %zu MiB of room and "
                         "start again; nothing is lost",
                         VIEW_HEADROOM_BYTES >> 20);
        TRY(txn_begin_write(&txn, replay->store));
        result = apply_some(replay, &txn, reader, arena, progress);
        if (result < 0) {
            txn_end(&txn);
            return result;
        }
        TRY(txn_commit(&txn));
        if (replay->progress)
            replay->progress(replay->context, progress->head.position, replay->until);
    }
    return 0;
}

/* The journal has, at the view's position, the hash that the view knows. */
static int meet(struct journal_reader *reader, const struct journal_head *known)
{
    struct journal_head head;
    struct bytes entry;
    uint64_t position;
    int result = journal_read_next(reader, &position, &entry, &head);

    TRY(result);
    return result == JOURNAL_END || memcmp(head.hash, known->hash, DIGEST_BYTES) != 0 ? REPLAY_DIVERGED : 0;
}

static int where(struct store *store, struct progress *progress)
{
    struct txn txn;

    TRY(txn_begin_read(&txn, store));
    progress->head = ledger_head(&txn);
    progress->time_ms = meta_time(&txn);
    txn_end(&txn);
    return txn.fault;
}

int replay_run(const struct replay *replay)
{
    CLEANUP(journal_reader_close) struct journal_reader *reader = NULL;
    struct progress progress;
    int result = 0;

    TRY(where(replay->store, &progress));
    if (progress.head.position > replay->until)
        return REPLAY_DIVERGED;
    if (replay->until == 0)
        return 0;
    TRY(journal_read(&reader, replay->journal, progress.head.position ? progress.head.position : 1));
    if (progress.head.position)
        result = meet(reader, &progress.head);
    return result == 0 ? apply_all(replay, reader, &progress) : result;
}
