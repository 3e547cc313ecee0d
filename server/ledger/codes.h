/*
 * codes.h: one-time codes as the view knows them, by their hash: whose, until when, and the first key that used it. Reads
 * on any thread, writes by apply.
 */
#pragma once

#include "common/base/digest.h"
#include "common/store/txn.h"
#include "server/ledger/people.h"

struct invitation_state {
    char person[PERSON_ID_SIZE];
    uint64_t expires_ms;
    bool used;
    uint8_t fingerprint[DIGEST_BYTES]; /* of the key that used it */
};
bool invitation_find(struct txn *txn, const uint8_t code_hash[DIGEST_BYTES], struct invitation_state *state);
/* Apply's: a code was made; a code was used (the first key stays). */
void invitation_put(struct txn *txn, const uint8_t code_hash[DIGEST_BYTES], const struct invitation_state *state);
void invitation_bind(struct txn *txn, const uint8_t code_hash[DIGEST_BYTES], const uint8_t fingerprint[DIGEST_BYTES]);
