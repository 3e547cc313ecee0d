/*
 * accepted.c: TABLE_ACCEPTED and TABLE_NUMBER. Knows nothing of what the edits say.
 */
#include "server/ledger/accepted.h"

#include "common/base/check.h"
#include "common/store/keys.h"
#include "server/ledger/tables.h"

enum { ACCEPTED_BYTES = 9, LAST_NUMBER_BYTES = 8 + ID_BYTES };

/* By id first, since ids begin with their time: what comes in together, of whichever dossiers, falls on few pages. */
static struct key accepted_key(const char *dossier, struct bytes edit)
{
    struct key key;

    key_init(&key);
    key_add_bytes(&key, edit.data, edit.size);
    key_add_text(&key, dossier);
    return key;
}

bool accepted_find(struct txn *txn, const char *dossier, struct bytes edit, Ci__EditEntry__Outcome *outcome,
                   uint64_t *position)
{
    struct key key = accepted_key(dossier, edit);
    struct bytes value = txn_get(txn, TABLE_ACCEPTED, key_bytes(&key));

    if (value.size != ACCEPTED_BYTES)
        return false;
    *outcome = ((const uint8_t *)value.data)[8];
    if (position)
        *position = get_u64(value.data);
    return true;
}

void accepted_put(struct txn *txn, const char *dossier, struct bytes edit, uint64_t position,
                  Ci__EditEntry__Outcome outcome)
{
    struct key key = accepted_key(dossier, edit);
    uint8_t value[ACCEPTED_BYTES];

    put_u64(value, position);
    value[8] = (uint8_t)outcome;
    txn_put(txn, TABLE_ACCEPTED, key_bytes(&key), bytes_of(value, sizeof value));
}

static struct key number_key(const char *install, struct bytes incarnation)
{
    struct key key;

    key_init(&key);
    key_add_text(&key, install);
    key_add_bytes(&key, incarnation.data, incarnation.size);
    return key;
}

bool last_number_find(struct txn *txn, const char *install, struct bytes incarnation, struct last_number *last)
{
    struct key key = number_key(install, incarnation);
    struct bytes value = txn_get(txn, TABLE_NUMBER, key_bytes(&key));

    *last = (struct last_number){ 0 };
    if (value.size != LAST_NUMBER_BYTES)
        return false;
    last->number = get_u64(value.data);
    memcpy(last->edit, (const uint8_t *)value.data + 8, ID_BYTES);
    return true;
}

void last_number_put(struct txn *txn, const char *install, struct bytes incarnation, uint64_t number, struct bytes edit)
{
    struct key key = number_key(install, incarnation);
    uint8_t value[LAST_NUMBER_BYTES];

    CHECK(edit.size == ID_BYTES);
    put_u64(value, number);
    memcpy(value + 8, edit.data, ID_BYTES);
    txn_put(txn, TABLE_NUMBER, key_bytes(&key), bytes_of(value, sizeof value));
}
