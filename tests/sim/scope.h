/*
 * scope.h: who may see what, once more: from the role and the municipality alone (DOMAIN.md), not from server/ledger/feed.c.
 */
#pragma once

#include "server/ledger/people.h"
#include "server/ledger/records.h"
#include "tests/sim/chronicle.h"

struct world;

/* A record in `txn` of the server's view; `packed` is what stands there. */
bool scope_sees(struct txn *txn, const struct principal *principal, const char *dossier, const char *key,
                struct bytes packed);
/* On its way to somebody, who does not see it: `violated`. `details`: what comes beside a person's record, or NULL. */
void scope_check(struct world *world, const struct principal *principal, const Ci__SealedRecord *record,
                 const Ci__PersonDetails *details);
void scope_check_late(const struct principal *principal, const Ci__LateList *list);
/* The journal said so before the request was served. */
bool scope_is_revoked(const struct chronicle *chronicle, const struct principal *principal);
