/*
 * meta.h: how far the view is, and the time of its newest entry.
 */
#pragma once

#include "server/ledger/ledger.h"

/* 0 where there is no entry yet. */
uint64_t meta_time(struct txn *txn);
void meta_put(struct txn *txn, const struct journal_head *head, uint64_t time_ms);
