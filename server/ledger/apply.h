/*
 * apply.h: an entry becomes part of the view. No rules, no clock, no configuration, no chance, and it cannot refuse:
 * what it is given has been decided. The same live and on replay. Writer thread, or whoever replays.
 */
#pragma once

#include "common/base/arena.h"
#include "common/monitor/record_key.h"
#include "common/store/txn.h"
#include "proto/journal.pb-c.h"
#include "server/journal/journal.h"

struct cells;
struct sheets;
struct questionnaires;

struct view {
    struct txn *txn;
    struct questionnaires *questionnaires;
    struct sheets *sheets;           /* touched in this transaction */
    struct arena *scratch;           /* emptied after each entry */
    const Ci__Record *const *before; /* the record before the next entry, where somebody has read it already; or NULL */
};

/* `cells`: see sheets_new. */
int view_init(struct view *view, struct txn *txn, struct questionnaires *questionnaires, struct cells *cells);
void view_done(struct view *view);
/* What was applied is in the transaction whole after this. */
int view_flush(struct view *view);
/* After the commit: what is kept in memory follows. */
void view_publish(struct view *view);

/* `at`: the journal's head with this entry. */
int entry_apply(struct view *view, const Ci__Entry *entry, const struct journal_head *at);

/* What a kind's effect is told (kinds.h). */
struct applied {
    const char *dossier;
    struct record_key key;
    const Ci__Edit *standing; /* after the entry */
    uint64_t time_ms;
};
