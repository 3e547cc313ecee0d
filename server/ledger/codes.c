/*
 * codes.c: TABLE_INVITATION. Knows nothing of how codes are made or what they are good for.
 *
 * Stored: expires u64, used u8, fingerprint, the person's id.
 */
#include "server/ledger/codes.h"

#include "server/ledger/tables.h"

enum { INVITATION_FIXED_BYTES = 9 + DIGEST_BYTES };

bool invitation_find(struct txn *txn, const uint8_t code_hash[DIGEST_BYTES], struct invitation_state *state)
{
    struct bytes value = txn_get(txn, TABLE_INVITATION, bytes_of(code_hash, DIGEST_BYTES));
    const uint8_t *at = value.data;

    *state = (struct invitation_state){ 0 };
    if (value.size <= INVITATION_FIXED_BYTES || value.size - INVITATION_FIXED_BYTES >= sizeof state->person)
        return false;
    state->expires_ms = get_u64(at);
    state->used = at[8] != 0;
    memcpy(state->fingerprint, at + 9, DIGEST_BYTES);
    memcpy(state->person, at + INVITATION_FIXED_BYTES, value.size - INVITATION_FIXED_BYTES);
    return true;
}

void invitation_put(struct txn *txn, const uint8_t code_hash[DIGEST_BYTES], const struct invitation_state *state)
{
    uint8_t value[INVITATION_FIXED_BYTES + sizeof state->person];
    size_t person = strlen(state->person);

    put_u64(value, state->expires_ms);
    value[8] = state->used;
    memcpy(value + 9, state->fingerprint, DIGEST_BYTES);
    memcpy(value + INVITATION_FIXED_BYTES, state->person, person);
    txn_put(txn, TABLE_INVITATION, bytes_of(code_hash, DIGEST_BYTES), bytes_of(value, INVITATION_FIXED_BYTES + person));
}

void invitation_bind(struct txn *txn, const uint8_t code_hash[DIGEST_BYTES], const uint8_t fingerprint[DIGEST_BYTES])
{
    struct invitation_state state;

    if (!invitation_find(txn, code_hash, &state) || state.used)
        return;
    state.used = true;
    memcpy(state.fingerprint, fingerprint, DIGEST_BYTES);
    invitation_put(txn, code_hash, &state);
}
