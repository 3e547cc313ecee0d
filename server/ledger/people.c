/*
 * people.c: from a certificate to a person and what that person may do, as it stands in the view now.
 */
#include "server/ledger/people.h"

#include <stdio.h>

#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "common/wire/error.h"
#include "server/ledger/meta.h"
#include "server/ledger/records.h"

enum { PEOPLE_ARENA_BYTES = 256 * 1024, KEY_SIZE = 64 };

bool access_is_revoked(struct txn *txn, const char *id)
{
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "revocation/%s", id);
    return record_packed(txn, "NL", key).data != NULL;
}

static int install_find(struct txn *txn, const struct tls_peer *peer, struct arena *arena, struct principal *principal)
{
    Ci__Install *install = NULL;
    char key[KEY_SIZE];
    int result;

    hex_encode(principal->install, peer->fingerprint, ID_BYTES);
    snprintf(key, sizeof key, "install/%s", principal->install);
    result = RECORD_VALUE(txn, "NL", key, ci__install, arena, &install);
    TRY(result);
    if (result == RECORD_NONE ||
        !bytes_equal(bytes_from(install->fingerprint), bytes_of(peer->fingerprint, DIGEST_BYTES)) ||
        strlen(install->person) >= sizeof principal->person)
        return ERROR_UNKNOWN_INSTALL;
    snprintf(principal->person, sizeof principal->person, "%s", install->person);
    return 0;
}

static int person_find(struct txn *txn, struct arena *arena, struct principal *principal)
{
    Ci__Person *person = NULL;
    char key[KEY_SIZE];
    int result;

    snprintf(key, sizeof key, "person/%s", principal->person);
    result = RECORD_VALUE(txn, "NL", key, ci__person, arena, &person);
    TRY(result);
    if (result == RECORD_NONE)
        return ERROR_UNKNOWN_INSTALL;
    if (person->state == CI__PERSON__STATE__ERASED)
        return ERROR_REVOKED;
    principal->role = person->role;
    for (size_t i = 0; i < person->n_areas && i < PRINCIPAL_AREAS_MAX; i++)
        snprintf(principal->areas[principal->area_count++], AREA_CODE_SIZE, "%s", person->areas[i]);
    return 0;
}

static int look_up(struct txn *txn, const struct tls_peer *peer, struct principal *found)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    int result;

    *found = (struct principal){ 0 };
    TRY(arena_new(&arena, PEOPLE_ARENA_BYTES));
    result = install_find(txn, peer, arena, found);
    if (result == 0 && (access_is_revoked(txn, found->install) || access_is_revoked(txn, found->person)))
        result = ERROR_REVOKED;
    if (result == 0)
        result = person_find(txn, arena, found);
    return txn->fault < 0 ? txn->fault : result;
}

static bool is_of(const struct principal_memo *memo, const struct journal_head *national)
{
    return memo->national.position > 0 && memo->national.position == national->position &&
           memcmp(memo->national.hash, national->hash, DIGEST_BYTES) == 0;
}

int principal_find(struct txn *txn, const struct tls_peer *peer, struct principal_memo *memo,
                   struct principal *principal)
{
    struct principal_memo anew = { 0 };
    struct journal_head national = meta_national(txn);
    int result = 0;

    if (!peer->present)
        return ERROR_NO_CERTIFICATE;
    if (!memo)
        memo = &anew;
    if (!is_of(memo, &national)) {
        memo->national.position = 0;
        result = look_up(txn, peer, &memo->principal);
        if (result == 0)
            memo->national = national;
    }
    if (result == 0)
        *principal = memo->principal;
    return txn->fault < 0 ? txn->fault : result;
}

const char *principal_municipality(const struct principal *principal)
{
    switch (principal->role) {
    case CI__ROLE__ROLE_RESPONDENT:
    case CI__ROLE__ROLE_LEAD:
    case CI__ROLE__ROLE_EXECUTIVE: return principal->area_count == 1 ? principal->areas[0] : NULL;
    default: return NULL;
    }
}

bool principal_reads(const struct principal *principal, const char *dossier)
{
    const char *own = principal_municipality(principal);

    if (strcmp(dossier, "NL") == 0)
        return principal->role != CI__ROLE__ROLE_NONE;
    return own && strcmp(own, dossier) == 0;
}

static bool has_area(const struct principal *principal, const char *area)
{
    for (size_t i = 0; i < principal->area_count; i++)
        if (strcmp(principal->areas[i], area) == 0)
            return true;
    return false;
}

/* The area lies in one of the principal's. */
static bool has_parent_of(struct txn *txn, const struct principal *principal, const char *code)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Area *area = NULL;
    char key[KEY_SIZE];
    bool has = false;

    snprintf(key, sizeof key, "area/%s", code);
    if (arena_new(&arena, PEOPLE_ARENA_BYTES) < 0 || RECORD_VALUE(txn, "NL", key, ci__area, arena, &area) != 0)
        return false;
    for (size_t i = 0; i < area->n_parents && !has; i++)
        has = has_area(principal, area->parents[i]);
    return has;
}

bool principal_covers(struct txn *txn, const struct principal *principal, const char *area)
{
    if (principal->role == CI__ROLE__ROLE_CENTRAL)
        return true;
    return principal->role == CI__ROLE__ROLE_COORDINATOR &&
           (has_area(principal, area) || has_parent_of(txn, principal, area));
}
