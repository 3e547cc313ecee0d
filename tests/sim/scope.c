/*
 * scope.c: the table of who sees what of NL and of a municipality's dossier.
 */
#include "tests/sim/scope.h"

#include <stdio.h>

#include "common/wire/codec.h"
#include "tests/sim/oracle.h"
#include "tests/sim/world.h"

static const char *town_of(const struct principal *principal)
{
    bool of_a_town = principal->role >= CI__ROLE__ROLE_RESPONDENT && principal->role <= CI__ROLE__ROLE_EXECUTIVE;

    return of_a_town && principal->area_count == 1 ? principal->areas[0] : "";
}

static bool begins(const char *key, const char *with)
{
    return strncmp(key, with, strlen(with)) == 0;
}

/* The record's standing value, unpacked; NULL where it is none of these. */
static void *value_of(struct bytes packed, const ProtobufCMessageDescriptor *descriptor, struct arena *arena)
{
    ProtobufCMessage *value = NULL;
    Ci__Record *record = NULL;

    if (CODEC_UNPACK(ci__record, packed, arena, &record) != 0 || record->standing->cleared ||
        codec_unpack(descriptor, bytes_from(record->standing->value), arena, &value) != 0)
        return NULL;
    return value;
}

static bool sees_person(const struct principal *principal, const char *id, struct bytes packed, struct arena *arena)
{
    const Ci__Person *person = value_of(packed, &ci__person__descriptor, arena);

    if (strcmp(id, principal->person) == 0)
        return true;
    return person && person->n_areas == 1 && strcmp(person->areas[0], town_of(principal)) == 0;
}

static bool is_own_install(struct txn *txn, const struct principal *principal, const char *id, struct arena *arena)
{
    char key[64];
    struct bytes packed;
    const Ci__Install *install;

    snprintf(key, sizeof key, "install/%s", id);
    packed = record_packed(txn, "NL", key);
    install = packed.data ? value_of(packed, &ci__install__descriptor, arena) : NULL;
    return install && strcmp(install->person, principal->person) == 0;
}

bool scope_sees(struct txn *txn, const struct principal *principal, const char *dossier, const char *key,
                struct bytes packed)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    const char *id = strchr(key, '/') + 1;

    if (strcmp(dossier, "NL") != 0)
        return strcmp(dossier, town_of(principal)) == 0;
    if (principal->role == CI__ROLE__ROLE_CENTRAL || begins(key, "area/") || begins(key, "release/") ||
        begins(key, "questionnaire/") || begins(key, "round/"))
        return true;
    MUST(arena_new(&arena, 4 * 1024 * 1024));
    if (begins(key, "person/"))
        return sees_person(principal, id, packed, arena);
    if (begins(key, "revocation/") && strcmp(id, principal->person) == 0)
        return true;
    return is_own_install(txn, principal, id, arena);
}

void scope_check(const struct principal *principal, const Ci__SealedRecord *record)
{
    if (strcmp(record->dossier, "NL") != 0 && strcmp(record->dossier, town_of(principal)) != 0)
        violated(12, "a record of %s goes to somebody of %s", record->dossier, town_of(principal));
}

static bool has_revocation(const struct chronicle *chronicle, const char *of)
{
    const struct stands *stands;
    char key[64];

    snprintf(key, sizeof key, "revocation/%s", of);
    stands = oracle_find(chronicle, "NL", key);
    return stands && stands->place.position <= chronicle->served_from;
}

bool scope_is_revoked(const struct chronicle *chronicle, const struct principal *principal)
{
    return has_revocation(chronicle, principal->person) || has_revocation(chronicle, principal->install);
}
