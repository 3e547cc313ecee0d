/*
 * late.h: edits that came after their round had closed: kept per dossier, in no record, until the central team admits
 * them. Reads on any thread; writes are apply's.
 */
#pragma once

#include "common/base/arena.h"
#include "common/store/txn.h"
#include "proto/messages.pb-c.h"
#include "server/ledger/batch.h"
#include "server/ledger/refusal.h"

enum { LATE_LISTED_MAX = 500, LATE_LISTED_BYTES = 256 * 1024 };

int late_put(struct txn *txn, const Ci__Edit *edit, uint64_t position, struct arena *arena);
void late_remove(struct txn *txn, const char *dossier, uint64_t position);
/* The late edit of this id, in the arena; LATE_NONE: there is none, or it was admitted. */
enum late_outcome { LATE_NONE = 1 };
int late_find(struct txn *txn, const char *dossier, struct bytes edit, struct arena *arena, Ci__Edit **found);
/* A page of them, of the dossier or (empty) of all, behind that place. `whole`: with what they say. */
int late_list(struct txn *txn, const Ci__LateQuery *query, bool whole, struct arena *arena, Ci__LateList **out);
/*
 * An admission and what it admits may come in either order, since a server that lost both gets each from another home.
 * Whichever comes second is followed by an entry that makes the late edit count. late_admit: after an admission that stands;
 * any other edit is passed over. late_came: after an edit that became `*outcome`, which becomes what it is now.
 */
int late_admit(struct batch *batch, const Ci__Edit *admission, struct arena *arena);
int late_came(struct batch *batch, const Ci__Edit *edit, struct arena *arena, Ci__EditEntry__Outcome *outcome);
