/*
 * heal.h: records that installs give back to a server that went back in time: what it lacks, and how it takes them in.
 * Also edits that come as history alone. Decides and adds entries; the rules of merging are reconcile.c's. Writer thread,
 * but for heal_lacks.
 */
#pragma once

#include "common/wire/limits.h"
#include "server/ledger/batch.h"
#include "server/ledger/people.h"
#include "server/ledger/refusal.h"

/* This place is not in the server's history, nor in what was healed into the record. Any thread. */
int heal_lacks(struct txn *txn, const char *dossier, const Ci__MarkedPlace *marked, struct arena *scratch, bool *lacks);

enum heal_outcome { HEAL_COVERED = REFUSED + 1 }; /* all of it is here already: no entry */
/* Takes the record in: entries are added. `principal` NULL: rights were looked at already. REFUSED with `refusal`. */
int heal_offer(struct batch *batch, const struct principal *principal, const Ci__SealedRecord *sealed,
               struct arena *scratch, struct refusal *refusal);

/*
 * An own edit of the principal that no record heads any more: an accepted id and history. `result` gets outcome and
 * duplicate. REFUSED with `refusal`.
 */
int history_offer(struct batch *batch, const struct principal *principal, const Ci__PastEdit *past,
                  struct arena *scratch, Ci__PushResult *result, struct refusal *refusal);
