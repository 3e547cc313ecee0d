/*
 * meta.h: how far the view is, and the time of its newest entry.
 */
#pragma once

#include "server/ledger/ledger.h"

/* 0 where there is no entry yet. */
uint64_t meta_time(struct txn *txn);
void meta_put(struct txn *txn, const struct journal_head *head, uint64_t time_ms);
/* The place of the newest entry about the dossier NL: while it is the same, so are people, areas and rounds. */
struct journal_head meta_national(struct txn *txn);
void meta_put_national(struct txn *txn, const struct journal_head *at);
