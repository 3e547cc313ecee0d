/*
 * scope.c: the table of who sees what of NL and of a municipality's dossier.
 */
#include "tests/sim/scope.h"

#include <stdio.h>

#include "common/wire/codec.h"
#include "tests/sim/oracle.h"
#include "tests/sim/reached.h"
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

void scope_check(struct world *world, const struct principal *principal, const Ci__SealedRecord *record,
                 const Ci__PersonDetails *details)
{
    struct txn txn;
    bool sees;

    MUST(txn_begin_read(&txn, ledger_store(world->server.ledger)));
    sees = scope_sees(&txn, principal, record->dossier, record->key, bytes_from(record->record));
    txn_end(&txn);
    if (!sees)
        violated(12, "%s of %s goes to somebody of \"%s\"", record->key, record->dossier, town_of(principal));
    if (details && (!begins(record->key, "person/") || strcmp(details->person, record->key + strlen("person/")) != 0))
        violated(12, "the name of %s goes beside %s", details->person, record->key);
    reached_if(details != NULL, REACHED_NAMED);
}

/* The central team hears who was late, not what was said. */
void scope_check_late(const struct principal *principal, const Ci__LateList *list)
{
    bool central = principal->role == CI__ROLE__ROLE_CENTRAL;

    for (size_t i = 0; i < list->n_edits; i++) {
        const Ci__LateEdit *late = list->edits[i];

        if (central ? late->whole != NULL : strcmp(late->dossier, town_of(principal)) != 0)
            violated(12, "a late edit of %s goes to somebody of \"%s\"", late->dossier, town_of(principal));
    }
    reached_if(!central && list->n_edits > 0, REACHED_LATE_LISTED);
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
