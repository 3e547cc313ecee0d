/*
 * view.h: the view while entries become part of it: what apply works on, and what it tells a kind's effect. On the thread
 * that applies.
 */
#pragma once

#include "common/base/arena.h"
#include "common/monitor/record_key.h"
#include "common/store/txn.h"
#include "proto/journal.pb-c.h"

struct journal_head;
struct sheets;
struct questionnaires;

struct view {
    struct txn *txn;
    struct questionnaires *questionnaires;
    struct sheets *sheets;           /* touched in this transaction */
    struct arena *scratch;           /* emptied after each entry */
    const Ci__Record *const *before; /* the record before the next entry, where somebody has read it already; or NULL */
};

/* What a kind's effect is told (kinds.h). */
struct applied {
    const char *dossier;
    struct record_key key;
    const Ci__Edit *standing;      /* after the entry */
    const struct journal_head *at; /* of the entry */
    uint64_t time_ms;
};
