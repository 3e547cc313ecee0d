/*
 * apply.h: an entry becomes part of the view. No rules, no clock, no configuration, no chance, and it cannot refuse:
 * what it is given has been decided. The same live and on replay. Writer thread, or whoever replays.
 */
#pragma once

#include "server/journal/journal.h"
#include "server/ledger/view.h"

struct cells;

/* `cells`: see sheets_new. */
int view_init(struct view *view, struct txn *txn, struct questionnaires *questionnaires, struct cells *cells);
void view_done(struct view *view);
/* What was applied is in the transaction whole after this. */
int view_flush(struct view *view);
/* After the commit: what is kept in memory follows. */
void view_publish(struct view *view);

/* `at`: the journal's head with this entry. */
int entry_apply(struct view *view, const Ci__Entry *entry, const struct journal_head *at);
