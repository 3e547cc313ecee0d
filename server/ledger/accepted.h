/*
 * accepted.h: what was accepted before: every edit by its id, and the highest number of every incarnation of an install.
 */
#pragma once

#include "common/store/txn.h"
#include "proto/journal.pb-c.h"

/*
 * `dossier`: checked to be one (bounded), `edit`: ID_BYTES. An id means something within its dossier only. `position` (of
 * the entry) may be NULL.
 */
bool accepted_find(struct txn *txn, const char *dossier, struct bytes edit, Ci__EditEntry__Outcome *outcome,
                   uint64_t *position);
void accepted_put(struct txn *txn, const char *dossier, struct bytes edit, uint64_t position,
                  Ci__EditEntry__Outcome outcome);

struct last_number {
    uint64_t number;
    uint8_t edit[ID_BYTES];
};
/* False, and zeros, where nothing is known of it. */
bool last_number_find(struct txn *txn, const char *install, struct bytes incarnation, struct last_number *last);
void last_number_put(struct txn *txn, const char *install, struct bytes incarnation, uint64_t number,
                     struct bytes edit);
