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

/* Fills outcome, standing, rivals and superseded of the entry; ids are borrowed from both. `record` NULL: none yet. */
int reconcile(const Ci__Record *record, const Ci__Edit *edit, struct arena *arena, Ci__EditEntry *entry);
/* The same bytes, or both cleared. */
bool edit_same_value(const Ci__Edit *a, const Ci__Edit *b);
