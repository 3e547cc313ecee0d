/*
 * reconcile.h: what becomes of an edit beside what stands: the rules of reconciliation, and nothing else. Pure.
 *
 * Nothing that an author has not seen is ever overwritten: it stays a head, or the new edit becomes one beside it.
 */
#pragma once

#include <stdbool.h>

#include "common/base/arena.h"
#include "common/wire/limits.h"
#include "proto/journal.pb-c.h"

enum { SUPERSEDED_MAX = 16 };
enum reconcile_outcome { RECONCILE_TOO_MANY_RIVALS = 1 };

/* What an edit is known to have replaced besides what it names: of late edits, what those had seen that it has seen. */
struct replaced {
    ProtobufCBinaryData ids[SUPERSEDED_MAX];
    size_t count;
};

/*
 * Fills outcome, standing, rivals and superseded of the entry; ids are borrowed from all. `record` NULL: none yet. `more`
 * NULL: nothing.
 */
int reconcile(const Ci__Record *record, const Ci__Edit *edit, const struct replaced *more, struct arena *arena,
              Ci__EditEntry *entry);

/* What becomes of two records of one key: that of this history (NULL: none), and one from a history that was lost. */
struct merged {
    size_t head_count; /* what stands first */
    Ci__Edit *heads[2 * HEADS_MAX];
    ProtobufCBinaryData superseded[SUPERSEDED_MAX];
    size_t superseded_count;
    Ci__Place *healed[HEALED_MAX];
    size_t healed_count;
};
/* The heads of both, less what either has superseded, and one of those that say the same as what stands. */
void reconcile_healed(const Ci__Record *record, const Ci__Record *offered, struct merged *merged);
/* Each head has a rank: the highest stands, and is all there is left of those that rank lower. */
void merged_rank(struct merged *merged, const uint64_t ranks[], bool keeps_equals);
/* Among the places that were healed into it. */
bool record_healed(const Ci__Record *record, const Ci__Place *place);
/* The same bytes, or both cleared. */
bool edit_same_value(const Ci__Edit *a, const Ci__Edit *b);
bool edit_has_seen(const Ci__Edit *edit, ProtobufCBinaryData id);
