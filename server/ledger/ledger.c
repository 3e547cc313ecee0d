/*
 * ledger.c: opening and closing the view: trusted or built anew, and brought up to the journal's head.
 */
#include "server/ledger/ledger.h"

#include <limits.h>
#include <stdio.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "server/benchmark/sheets.h"
#include "server/ledger/backup_mark.h"
#include "server/ledger/feed.h"
#include "server/ledger/mark.h"
#include "server/ledger/questionnaires.h"
#include "server/ledger/replay.h"
#include "server/ledger/restoring.h"
#include "server/ledger/rounds.h"
#include "server/ledger/view_files.h"

struct ledger {
    struct store *store;
    struct vault *vault;
    struct questionnaires *questionnaires;
    struct cells *cells;
    struct restoring *restoring;
    bool read_only;
    _Atomic bool names_lost;
    char path[PATH_MAX];
};

static int catch_up(struct ledger *ledger, const struct ledger_options *options)
{
    char journal[PATH_MAX];
    struct replay replay = { .store = ledger->store,
                             .questionnaires = ledger->questionnaires,
                             .journal = journal,
                             .until = journal_head(options->journal).position,
                             .progress = options->progress,
                             .context = options->context };

    snprintf(journal, sizeof journal, "%s/journal", options->path);
    return replay_run(&replay);
}

/* Opens the files, or new ones, and says so beside them before anything is written. */
static int open_view(struct ledger *ledger, const struct ledger_options *options, bool anew)
{
    if (anew) {
        ledger->store = store_close(ledger->store);
        TRY(view_files_remove(options->path, "view"));
    }
    TRY(view_files_open(&ledger->store, options->path, "view", options->map_bytes, false));
    store_check_readers(ledger->store);
    return mark_write(options->path, false, 0);
}

static int open_and_catch_up(struct ledger *ledger, const struct ledger_options *options)
{
    bool trusted = mark_is_trusted(options->path);
    int result;

    result = open_view(ledger, options, !trusted);
    if (result == -FAULT_CORRUPT && trusted) /* it is only what the journal can make anew */
        result = REPLAY_DIVERGED;
    if (result == 0)
        result = catch_up(ledger, options);
    if (result != REPLAY_DIVERGED)
        return result;
    LOG_EVENT(LOG_WARNING, "view.diverged", TEXT("view", options->path));
    TRY(open_view(ledger, options, true));
    result = catch_up(ledger, options);
    CHECK(result <= 0);
    return result;
}

/* As it stands: whoever has the journal open for appending keeps it up, and its mark is not ours. */
static int open_beside(struct ledger *ledger, const struct ledger_options *options)
{
    struct txn txn;
    uint64_t position;

    TRY(view_files_open(&ledger->store, options->path, "view", options->map_bytes, true));
    TRY(txn_begin_read(&txn, ledger->store));
    position = ledger_head(&txn).position;
    txn_end(&txn);
    return position > 0 ? 0
                        : FAULT(FAULT_MISSING, "the view in %s is just being built: try again later", options->path);
}

static int count_cells(const struct ledger *ledger, struct cells *cells)
{
    struct txn txn;
    int result;

    TRY(txn_begin_read(&txn, ledger->store));
    result = sheets_count(&txn, cells);
    txn_end(&txn);
    return result;
}

int ledger_check_cells(struct ledger *ledger)
{
    CLEANUP(cells_free) struct cells *anew = NULL;
    char first[CELLS_NAME_SIZE];
    size_t differing;

    TRY(cells_new(&anew));
    TRY(count_cells(ledger, anew));
    differing = cells_compare(ledger->cells, anew, first);
    if (differing > 0)
        LOG_EVENT(LOG_ERROR, "benchmark.differs", U64("areas", differing), TEXT("first", first),
                  TEXT("remedy",
                       "what the benchmark showed since this start may be wrong; the next start counts it anew "
                       "from the sheets: start again, and report this"));
    return (int)differing;
}

int ledger_open(struct ledger **out, const struct ledger_options *options)
{
    struct ledger *ledger;
    int result;

    if (strlen(options->path) + sizeof "/view.mark.new" > PATH_MAX)
        return FAULT(FAULT_INVALID, "the path of the data folder is too long");
    ledger = calloc(1, sizeof *ledger);
    if (!ledger)
        return FAULT(FAULT_MEMORY, "out of memory for the ledger");
    ledger->vault = options->vault;
    ledger->read_only = options->read_only;
    snprintf(ledger->path, sizeof ledger->path, "%s", options->path);
    result = questionnaires_new(&ledger->questionnaires);
    if (result == 0)
        result = cells_new(&ledger->cells);
    if (result == 0)
        result = restoring_open(&ledger->restoring, options->path);
    if (result == 0)
        result = options->read_only ? open_beside(ledger, options) : open_and_catch_up(ledger, options);
    if (result == 0)
        result = count_cells(ledger, ledger->cells);
    if (result < 0) {
        store_close(ledger->store);
        restoring_close(ledger->restoring);
        cells_free(ledger->cells);
        questionnaires_free(ledger->questionnaires);
        free(ledger);
        return result;
    }
    *out = ledger;
    return 0;
}

static void check_cells_at_end(struct ledger *ledger)
{
    int result = ledger->read_only ? 0 : ledger_check_cells(ledger);

    if (result < 0)
        log_fault(LOG_WARNING, "benchmark.unchecked", result);
}

/* 0 where it cannot be read: then nobody will hold the journal to it. */
static uint64_t last_position(const struct ledger *ledger)
{
    struct txn txn;
    uint64_t position;

    if (ledger->read_only || txn_begin_read(&txn, ledger->store) < 0)
        return 0;
    position = ledger_head(&txn).position;
    txn_end(&txn);
    return position;
}

struct ledger *ledger_close(struct ledger *ledger)
{
    if (!ledger)
        return NULL;
    check_cells_at_end(ledger);
    uint64_t position = last_position(ledger);
    int synced = ledger->read_only ? 0 : store_sync(ledger->store);
    store_close(ledger->store);
    if (synced == 0 && !ledger->read_only)
        synced = mark_write(ledger->path, true, position);
    if (synced < 0)
        log_fault(LOG_WARNING, "view.not_clean", synced);
    questionnaires_free(ledger->questionnaires);
    restoring_close(ledger->restoring);
    cells_free(ledger->cells);
    free(ledger);
    return NULL;
}

struct store *ledger_store(struct ledger *ledger)
{
    return ledger->store;
}

struct vault *ledger_vault(struct ledger *ledger)
{
    return ledger->vault;
}

struct questionnaires *ledger_questionnaires(struct ledger *ledger)
{
    return ledger->questionnaires;
}

bool ledger_names_lost(const struct ledger *ledger)
{
    return ledger->names_lost;
}

void ledger_note_names_lost(struct ledger *ledger, bool lost)
{
    ledger->names_lost = lost;
}

struct restoring *ledger_restoring(struct ledger *ledger)
{
    return ledger->restoring;
}

/* A mark of another history says nothing about this one. */
uint64_t ledger_backed_up(struct ledger *ledger, struct txn *txn)
{
    struct backup_mark mark;
    int result = backup_mark_read(ledger->path, &mark);

    if (result < 0)
        log_fault(LOG_WARNING, "backup_mark.unreadable", result);
    return result == 0 && place_is_known(txn, mark.head.position, mark.head.hash) ? mark.head.position : 0;
}

struct cells *ledger_cells(struct ledger *ledger)
{
    return ledger->cells;
}

int ledger_questionnaire(struct ledger *ledger, struct txn *txn, const char *round,
                         const struct questionnaire **questionnaire)
{
    struct round_state state;

    if (!round_find(txn, round, &state))
        return txn->fault < 0 ? txn->fault : LEDGER_NONE;
    return questionnaires_get(ledger->questionnaires, txn, state.questionnaire, state.hash, questionnaire);
}

int ledger_rebuild(const struct ledger_options *options)
{
    struct ledger *ledger = NULL;

    TRY(view_files_remove(options->path, "view"));
    TRY(ledger_open(&ledger, options));
    ledger_close(ledger);
    return 0;
}
