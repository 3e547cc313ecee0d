/*
 * details.c: what is closed under a person's key, and its seal. Knows nothing of who may see it (feed.c).
 *
 * A backup is older than the keys of people who were invited after it. Their records come back from homes with what the lost
 * key has closed, which nobody can open; the same homes hold it in the clear, with a seal that says that this server gave it
 * to them. So whoever has it may bring it, and nobody can give anybody a name.
 */
#include "server/ledger/details.h"

#include <openssl/crypto.h>
#include <stdio.h>

#include "common/base/fault.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"
#include "server/ledger/own_edits.h"
#include "server/ledger/records.h"

enum { SEALED_PARTS = 5, VISIT_BYTES = 1024 * 1024 };

/* Texts hold no zero byte, so each ends where its own is. */
static void sealed_parts(const Ci__PersonDetails *details, struct bytes parts[SEALED_PARTS])
{
    parts[0] = bytes_of("details1", sizeof "details1");
    parts[1] = bytes_of(details->person, strlen(details->person) + 1);
    parts[2] = bytes_of(details->name, strlen(details->name) + 1);
    parts[3] = bytes_of(details->function, strlen(details->function) + 1);
    parts[4] = bytes_of(details->department, strlen(details->department) + 1);
}

static int seal(const struct vault *vault, Ci__PersonDetails *details, struct arena *arena)
{
    struct bytes parts[SEALED_PARTS];
    uint8_t made[DIGEST_BYTES];

    sealed_parts(details, parts);
    details->seal_key = vault_seal(vault, parts, SEALED_PARTS, made);
    details->seal = bytes_to(bytes_of(arena_copy(arena, made, sizeof made), sizeof made));
    return details->seal.data ? 0 : FAULT(FAULT_MEMORY, "out of memory for a person's details");
}

bool details_are_sealed(const struct vault *vault, const Ci__PersonDetails *details)
{
    struct bytes parts[SEALED_PARTS];

    sealed_parts(details, parts);
    return details->seal.len == DIGEST_BYTES &&
           vault_check_seal(vault, details->seal_key, parts, SEALED_PARTS, details->seal.data);
}

int details_open(struct vault *vault, const char *id, const Ci__Person *person, struct arena *arena,
                 Ci__PersonDetails **details)
{
    Ci__PersonDetails *found = NULL;
    struct bytes plain;
    int result;

    if (person->state == CI__PERSON__STATE__ERASED || person->details.len == 0)
        return DETAILS_NONE;
    result = vault_open_details(vault, id, bytes_from(person->details), arena, &plain);
    if (result == VAULT_NO_KEY || result == VAULT_OTHER_KEY)
        return DETAILS_LOST;
    TRY(result);
    TRY(stored_unpack(&ci__person_details__descriptor, plain, arena, (ProtobufCMessage **)&found));
    TRY(seal(vault, found, arena));
    *details = found;
    return 0;
}

int details_close(struct vault *vault, const char *id, const Ci__PersonDetails *details, struct arena *arena,
                  struct bytes *closed)
{
    Ci__PersonDetails bare = *details;
    struct bytes plain;
    int result;

    bare.person = (char *)(uintptr_t)id;
    bare.seal_key = 0; /* made anew each time that they leave */
    bare.seal.len = 0;
    plain = codec_pack(&bare, arena);
    if (!plain.data)
        return FAULT(FAULT_MEMORY, "out of memory for a person's details");
    result = vault_close_details(vault, id, plain, arena, closed);
    OPENSSL_cleanse((void *)(uintptr_t)plain.data, plain.size);
    return result;
}

int details_restore(struct batch *batch, const Ci__PersonDetails *details, struct arena *arena)
{
    struct vault *vault = ledger_vault(batch->ledger);
    char key[RECORD_KEY_MAX + 1];
    Ci__PersonDetails *found = NULL;
    Ci__Person *person = NULL;
    struct refusal refusal = { 0 };
    struct bytes closed;
    int result;

    if (strlen(details->person) >= PERSON_ID_SIZE)
        return 0;
    snprintf(key, sizeof key, "person/%s", details->person);
    result = RECORD_VALUE(batch->txn, "NL", key, ci__person, arena, &person);
    if (result == 0)
        result = details_open(vault, details->person, person, arena, &found);
    if (result != DETAILS_LOST)
        return result < 0 ? result : 0;
    TRY(details_close(vault, details->person, details, arena, &closed));
    person->details = bytes_to(closed);
    result = own_message_add(batch, "", key, person, arena, &refusal);
    return result < 0 ? result : 0; /* refused: as an area that is gone; the name stays lost */
}

/* ---- all persons ---- */

/* Calls `visit` with each, in memory that lasts for that call. */
struct visitor {
    struct vault *vault;
    int (*visit)(struct visitor *visitor, const char *id, const Ci__Person *person, struct arena *arena);
    void (*each)(void *context, const char *id);
    void *context;
};

static int visit_all(struct txn *txn, struct visitor *visitor)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct record_walk walk;
    int result = arena_new(&arena, VISIT_BYTES);

    TRY(result);
    record_walk_open(&walk, txn, "NL", "person/");
    while (result == 0 && record_walk_next(&walk)) {
        Ci__Person *person = NULL;

        arena_reset(arena);
        result = RECORD_VALUE(txn, "NL", walk.key, ci__person, arena, &person);
        if (result == 0)
            result = visitor->visit(visitor, walk.key + strlen("person/"), person, arena);
        else if (result == RECORD_NONE)
            result = 0;
    }
    record_walk_close(&walk);
    return result < 0 ? result : txn->fault;
}

static int visit_lost(struct visitor *visitor, const char *id, const Ci__Person *person, struct arena *arena)
{
    Ci__PersonDetails *details = NULL;
    int result;

    arena_keep_secret(arena);
    result = details_open(visitor->vault, id, person, arena, &details);
    if (result == DETAILS_LOST)
        visitor->each(visitor->context, id);
    return result < 0 ? result : 0;
}

static int visit_erased(struct visitor *visitor, const char *id, const Ci__Person *person, struct arena *arena)
{
    (void)arena;
    return person->state == CI__PERSON__STATE__ERASED ? vault_erase_person(visitor->vault, id) : 0;
}

int details_each_lost(struct txn *txn, struct vault *vault, void (*each)(void *context, const char *id), void *context)
{
    struct visitor visitor = { .vault = vault, .visit = visit_lost, .each = each, .context = context };

    return visit_all(txn, &visitor);
}

int details_erase(struct txn *txn, struct vault *vault)
{
    struct visitor visitor = { .vault = vault, .visit = visit_erased };

    return visit_all(txn, &visitor);
}
