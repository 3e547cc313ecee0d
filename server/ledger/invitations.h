/*
 * invitations.h: one-time codes: made for a person, as text to hand over. The view knows only their hash (codes.h).
 */
#pragma once

#include "common/wire/invitation_code.h"
#include "common/wire/limits.h"
#include "server/ledger/batch.h"
#include "server/ledger/people.h"
#include "server/ledger/refusal.h"

enum { INVITATION_DAYS_DEFAULT = 14 };

struct invitation {
    const char *author; /* person id; "" for `cimonitord init` and `invite` */
    Ci__Role role;
    char *const *areas; /* one municipality for its people, areas for a coordinator, else none */
    size_t area_count;
    const Ci__PersonDetails *details; /* `person` empty: a new person; else a further install of that person */
    uint32_t valid_days;              /* 0: INVITATION_DAYS_DEFAULT */
};

struct invited {
    char person[PERSON_ID_SIZE];
    uint8_t secret[INVITATION_SECRET_BYTES];
    uint64_t expires_ms;
};

/* Decides and adds the entries (the person, the invitation). REFUSED: `*refusal` says why. */
int invitation_create(struct batch *batch, const struct invitation *invitation, struct arena *arena,
                      struct invited *invited, struct refusal *refusal);
/* The text to hand over: address and CA come from the ledger and its vault. */
int invitation_text(struct ledger *ledger, struct txn *txn, const struct invited *invited,
                    char out[INVITATION_CODE_SIZE]);
