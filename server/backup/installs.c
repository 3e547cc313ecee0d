/*
 * installs.c: walks the records of installs, twice: the central ones first.
 */
#include "server/backup/installs.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/fault.h"
#include "server/ledger/people.h"
#include "server/ledger/records.h"

enum { ARENA_BYTES = 1024 * 1024, KEY_SIZE = 64 };
static const uint64_t renewable_ms = 400ull * 24 * 60 * 60 * 1000; /* after the certificate's end: tls/context.c */

struct listing {
    struct txn *txn;
    struct arena *arena;
    uint64_t now_ms;
    struct restoring_install *installs;
    size_t count;
};

/* RECORD_NONE: it cannot come back. */
static int read_install(struct listing *listing, const char *id, struct restoring_install *out)
{
    Ci__Install *install = NULL;
    Ci__Person *person = NULL;
    char key[KEY_SIZE];
    int result;

    *out = (struct restoring_install){ .time_ms = listing->now_ms };
    snprintf(out->install, sizeof out->install, "%s", id);
    snprintf(key, sizeof key, "install/%s", out->install);
    result = RECORD_VALUE(listing->txn, "NL", key, ci__install, listing->arena, &install);
    if (result != 0)
        return result;
    if (install->not_after_ms + renewable_ms < listing->now_ms || access_is_revoked(listing->txn, id) ||
        access_is_revoked(listing->txn, install->person))
        return RECORD_NONE;
    snprintf(out->person, sizeof out->person, "%s", install->person);
    snprintf(key, sizeof key, "person/%s", out->person);
    result = RECORD_VALUE(listing->txn, "NL", key, ci__person, listing->arena, &person);
    if (result != 0)
        return result;
    out->central = person->role == CI__ROLE__ROLE_CENTRAL;
    if (person->n_areas > 0)
        snprintf(out->area, sizeof out->area, "%s", person->areas[0]);
    return person->state == CI__PERSON__STATE__ERASED ? RECORD_NONE : 0;
}

static int list(struct listing *listing, bool central)
{
    struct record_walk walk;
    int result = 0;

    record_walk_open(&walk, listing->txn, "NL", "install/");
    while (result >= 0 && listing->count < RESTORING_INSTALLS_MAX && record_walk_next(&walk)) {
        struct restoring_install *next = &listing->installs[listing->count];

        arena_reset(listing->arena);
        result = read_install(listing, walk.key + sizeof "install/" - 1, next);
        listing->count += result == 0 && next->central == central;
    }
    record_walk_close(&walk);
    return result < 0 ? result : listing->txn->fault;
}

int installs_list(struct ledger *ledger, uint64_t now_ms, struct restoring_install **installs, size_t *count)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    CLEANUP(memory_free) struct restoring_install *found = calloc(RESTORING_INSTALLS_MAX, sizeof *found);
    struct txn txn;
    struct listing listing = { .txn = &txn, .now_ms = now_ms, .installs = found };
    int result;

    if (!found)
        return FAULT(FAULT_MEMORY, "no memory to list the installs");
    TRY(arena_new(&arena, ARENA_BYTES));
    listing.arena = arena;
    TRY(txn_begin_read(&txn, ledger_store(ledger)));
    result = list(&listing, true);
    if (result == 0)
        result = list(&listing, false);
    txn_end(&txn);
    TRY(result);
    *installs = TAKE(&found);
    *count = listing.count;
    return 0;
}
