/*
 * proof.h: a journal proves itself by a view that is built from it. One thread.
 */
#pragma once

#include "server/ledger/ledger.h"

struct proof {
    struct journal *journal;
    struct ledger *ledger;
    struct journal_head head;
    uint8_t view[DIGEST_BYTES]; /* of the view's dump */
};

/* `folder` holds "journal"; "view" is built beside it. `progress`: in entries; may be NULL. */
int proof_open(struct proof *proof, const char *folder, void (*progress)(void *context, uint64_t done, uint64_t all),
               void *context);
void proof_close(struct proof *proof);
static inline void proof_close_at(struct proof *proof)
{
    proof_close(proof);
}
