/*
 * details.h: contact data of persons: readable under the person's key in the vault alone, and given back by homes where a
 * vault that was put back lacks that key. Knows nothing of messages beyond the details.
 */
#pragma once

#include "server/ledger/batch.h"
#include "server/ledger/people.h"

enum details_outcome { DETAILS_NONE = 1, DETAILS_LOST };

/*
 * As they leave the server, sealed. DETAILS_NONE: there are none, or the person was erased; DETAILS_LOST: no key here opens
 * them. Any thread.
 */
int details_open(struct vault *vault, const char *id, const Ci__Person *person, struct arena *arena,
                 Ci__PersonDetails **details);
/* Under the person's key, which is made where there is none. */
int details_close(struct vault *vault, const char *id, const Ci__PersonDetails *details, struct arena *arena,
                  struct bytes *closed);
/* Every person whose details no key of the vault opens. Any thread. */
int details_each_lost(struct txn *txn, struct vault *vault, void (*each)(void *context, const char *id), void *context);
/* Deletes the keys of those whose record says that they were erased: a vault from a backup may have them again. */
int details_erase(struct txn *txn, struct vault *vault);
/* This server gave them out, word for word. */
bool details_are_sealed(const struct vault *vault, const Ci__PersonDetails *details);
/*
 * Closed anew where they are lost: an entry is added. Else nothing changes, so that nobody is renamed. `arena` holds them in
 * the clear: its owner wipes it. Writer thread.
 */
int details_restore(struct batch *batch, const Ci__PersonDetails *details, struct arena *arena);
