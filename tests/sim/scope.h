/*
 * scope.h: who may see what, once more: from the role and the municipality alone (DOMAIN.md), not from server/ledger/feed.c.
 */
#pragma once

#include "server/ledger/people.h"
#include "server/ledger/records.h"
#include "tests/sim/chronicle.h"

/* A record in `txn` of the server's view; `packed` is what stands there. */
bool scope_sees(struct txn *txn, const struct principal *principal, const char *dossier, const char *key,
                struct bytes packed);
/* A record on its way to somebody: another municipality's is `violated`. */
void scope_check(const struct principal *principal, const Ci__SealedRecord *record);
/* The journal said so before the request was served. */
bool scope_is_revoked(const struct chronicle *chronicle, const struct principal *principal);
