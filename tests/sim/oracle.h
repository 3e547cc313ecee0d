/*
 * oracle.h: the rules of reconciliation once more, in C, as tests/sim/model.py has them: what an edit makes of what stands.
 */
#pragma once

#include "tests/sim/chronicle.h"

/* One entry of the journal in order. What the server made of it must be what the rules make of it: else `violated`. */
void oracle_apply(struct chronicle *chronicle, const Ci__EditEntry *entry, const struct journal_head *place);
/* Before it: a late edit that is let in counts as having seen what those on the list had that it has seen, and so on back. */
void oracle_admit(struct chronicle *chronicle, int edit);

/*
 * A record that was given back. Which heads stay is the server's to say here; but it may lose none: what was a head before
 * must be known to those after, and none may be new to everybody.
 */
void oracle_heal(struct chronicle *chronicle, const Ci__HealEntry *heal, const struct journal_head *place);

/* NULL where nothing stands. */
const struct stands *oracle_find(const struct chronicle *chronicle, const char *dossier, const char *key);

/* The edit is a head, or a head has seen it or agreed with it, directly or not, or says the same as one of those. */
bool oracle_is_known(const struct chronicle *chronicle, int edit, const int *heads, size_t count);
