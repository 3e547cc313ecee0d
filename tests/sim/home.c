/*
 * home.c: a replica against what its people saved, against what it was, and against the server.
 */
#include "tests/sim/home.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/check.h"
#include "common/wire/codec.h"
#include "common/wire/error.h"
#include "server/ledger/cursor.h"
#include "server/ledger/records.h"
#include "tests/sim/acknowledged.h"
#include "tests/sim/held.h"
#include "tests/sim/oracle.h"
#include "tests/sim/scope.h"

enum { RECORDS_MAX = 128 };

/* A record as a home has it. */
struct kept {
    char dossier[DOSSIER_MAX + 1], key[RECORD_KEY_MAX + 1];
    int heads[HEADS_MAX];
    size_t count;
    uint64_t position;
    uint8_t digest[DIGEST_BYTES];
};

struct shelf {
    struct kept kept[RECORDS_MAX];
    size_t count;
    const struct chronicle *chronicle;
};

static void keep(void *context, const Ci__SealedRecord *sealed)
{
    struct shelf *shelf = context;
    struct kept *kept = &shelf->kept[shelf->count++];

    CHECK(shelf->count <= RECORDS_MAX);
    snprintf(kept->dossier, sizeof kept->dossier, "%s", sealed->dossier);
    snprintf(kept->key, sizeof kept->key, "%s", sealed->key);
    kept->count = held_heads(shelf->chronicle, bytes_from(sealed->record), kept->heads, &kept->position);
    digest_bytes(kept->digest, sealed->record.data, sealed->record.len);
}

static const struct kept *find(const struct shelf *shelf, const char *dossier, const char *key)
{
    for (size_t i = 0; i < shelf->count; i++)
        if (strcmp(shelf->kept[i].key, key) == 0 && strcmp(shelf->kept[i].dossier, dossier) == 0)
            return &shelf->kept[i];
    return NULL;
}

/* ---- 1: saved means saved ---- */

/*
 * What was refused leaves the tray by itself once a later edit was accepted that had seen it, or that the same home wrote on
 * the same key.
 */
static bool is_settled(const struct chronicle *chronicle, size_t edit)
{
    const struct said *said = &chronicle->said[edit];

    for (size_t i = edit + 1; i < chronicle->said_count; i++) {
        const struct said *later = &chronicle->said[i];
        bool settles = later->home == said->home;

        if (!later->acknowledged || strcmp(later->key, said->key) != 0 || strcmp(later->dossier, said->dossier) != 0)
            continue;
        for (size_t at = 0; at < later->seen_count; at++)
            settles = settles || later->seen[at] == (int)edit;
        if (settles)
            return true;
    }
    return false;
}

/* A clone has sent it, and its record came back here: also where the server has lost it since. */
static bool is_known_here(struct world *world, struct install *install, int edit)
{
    return world->chronicle.said[edit].accepted || (world->chronicle.rewinds > 0 && held_by_home(world, install, edit));
}

static void check_saved(struct world *world, struct install *install, const struct held *held)
{
    const struct chronicle *chronicle = &world->chronicle;

    for (size_t i = 0; i < chronicle->said_count; i++) {
        const struct said *said = &chronicle->said[i];

        if (said->home == (int)install->index && !said->acknowledged && !said->excused && !held->unsent[i] &&
            !held->parked[i] && !is_settled(chronicle, i) && !is_known_here(world, install, (int)i))
            violated(1, "install %zu saved an edit of %s, and neither has it nor has sent it", install->index,
                     said->key);
    }
}

/* A server that is put back to before an edit was accepted has only its author's word for it. */
static void check_kept(const struct world *world, const struct install *install, const struct held *held)
{
    const struct chronicle *chronicle = &world->chronicle;

    for (size_t i = 0; i < chronicle->said_count; i++)
        if (chronicle->said[i].home == (int)install->index && chronicle_must_keep(world, (int)i) && !held->unsent[i] &&
            !held->parked[i] && !held->kept[i])
            violated(1, "install %zu has forgotten its own edit of %s", install->index, chronicle->said[i].key);
}

/* ---- 5: what is replaced is covered; 1: what goes is in the tray ---- */

static void check_replaced(const struct chronicle *chronicle, const struct install *install, const struct kept *old,
                           const struct kept *new, const struct held *held)
{
    for (size_t head = 0; head < old->count; head++)
        if (!held->parked[old->heads[head]] && !oracle_is_known(chronicle, old->heads[head], new->heads, new->count))
            violated(5, "install %zu replaced %s by a record that does not know what it held", install->index,
                     old->key);
    if (chronicle->rewinds == 0 && new->position < old->position)
        violated(5, "install %zu replaced %s by an older record", install->index, old->key);
}

/* A record goes when the server has it and would not give it any more, or when it would not take it back: into the tray, whole. */
static void check_given_up(struct world *world, const struct install *install, const struct kept *old,
                           const struct held *held)
{
    for (size_t head = 0; head < old->count; head++) {
        int edit = old->heads[head];

        if (world->chronicle.said[edit].acknowledged && !held->parked[edit] && !acknowledged_on_server(world, edit))
            violated(1, "install %zu gave up %s, and the tray lacks what it held", install->index, old->key);
    }
}

static void check_covered(struct world *world, struct install *install, const struct shelf *before,
                          const struct shelf *now, const struct held *held)
{
    for (size_t i = 0; i < before->count; i++) {
        const struct kept *old = &before->kept[i], *new = find(now, old->dossier, old->key);

        if (!new)
            check_given_up(world, install, old, held);
        else if (memcmp(new->digest, old->digest, DIGEST_BYTES) != 0)
            check_replaced(&world->chronicle, install, old, new, held);
    }
}

/* ---- 7: the cursor ---- */

struct asking {
    struct world *world;
    struct install *install;
    const struct shelf *shelf;
    struct principal principal;
    struct txn txn;
};

/* A home may be ahead of a server that went back in time: it has what the server has, and more, to give back. */
static bool is_ahead(const struct asking *asking, const struct kept *kept, const struct stands *stands)
{
    const struct chronicle *chronicle = &asking->world->chronicle;
    bool ahead =
        kept && chronicle->rewinds > 0 && oracle_is_known(chronicle, stands->standing, kept->heads, kept->count);

    for (size_t i = 0; ahead && i < stands->rival_count; i++)
        ahead = oracle_is_known(chronicle, stands->rivals[i], kept->heads, kept->count);
    return ahead;
}

/* Up to `until` everything in scope of the dossier is here as the server has it. */
static void check_dossier(struct asking *asking, const char *dossier, uint64_t until, int invariant)
{
    struct record_walk walk;

    record_walk_open(&walk, &asking->txn, dossier, "");
    while (record_walk_next(&walk)) {
        const struct stands *stands = oracle_find(&asking->world->chronicle, dossier, walk.key);
        const struct kept *kept = find(asking->shelf, dossier, walk.key);
        uint8_t digest[DIGEST_BYTES];

        if (!stands || stands->place.position > until ||
            !scope_sees(&asking->txn, &asking->principal, dossier, walk.key, walk.cursor.value))
            continue;
        digest_bytes(digest, walk.cursor.value.data, walk.cursor.value.size);
        if ((!kept || memcmp(kept->digest, digest, DIGEST_BYTES) != 0) &&
            (invariant != 7 || !is_ahead(asking, kept, stands)))
            violated(invariant, "install %zu has read %s up to %llu and %s %s, of %llu", asking->install->index,
                     dossier, (unsigned long long)until, kept ? "has another" : "lacks", walk.key,
                     (unsigned long long)stands->place.position);
    }
    record_walk_close(&walk);
}

static void check_cursor(struct asking *asking, const char *dossier)
{
    uint8_t bytes[128], scope[SCOPE_BYTES];
    size_t size = held_cursor(asking->install, dossier, bytes);
    struct cursor cursor;

    if (size == 0 || cursor_parse(asking->world->server.vault, dossier, bytes_of(bytes, size), &cursor) != 0)
        return;
    scope_digest(&asking->principal, scope);
    if (memcmp(scope, cursor.scope, SCOPE_BYTES) == 0 && place_is_known(&asking->txn, cursor.position, cursor.hash))
        check_dossier(asking, dossier, cursor.reached, 7);
}

/* 0 where the server answers this install, else why it does not. */
static int ask(struct asking *asking)
{
    struct tls_peer peer = { .present = true };

    memcpy(peer.fingerprint, asking->install->fingerprint, DIGEST_BYTES);
    return server_principal(&asking->world->server, &peer, &asking->principal);
}

void home_check(struct world *world, struct install *install, bool anew)
{
    static struct shelf before[INSTALLS_MAX];
    static struct held held;
    struct shelf *now = calloc(1, sizeof *now);
    struct asking asking = { .world = world, .install = install, .shelf = now };

    CHECK(now != NULL);
    now->chronicle = &world->chronicle;
    held_records(install, keep, now);
    held_read(&world->chronicle, install, &held);
    check_saved(world, install, &held);
    check_kept(world, install, &held);
    if (!anew)
        check_covered(world, install, &before[install->index], now, &held);
    if (ask(&asking) == 0) {
        MUST(txn_begin_read(&asking.txn, ledger_store(world->server.ledger)));
        check_cursor(&asking, "NL");
        if (install->town)
            check_cursor(&asking, install->town);
        txn_end(&asking.txn);
    }
    before[install->index] = *now;
    free(now);
}

/* ---- 4: quiet and synced ---- */

/* Nothing is here that is not in scope there. */
static void check_nothing_more(struct asking *asking)
{
    for (size_t i = 0; i < asking->shelf->count; i++) {
        const struct kept *kept = &asking->shelf->kept[i];
        struct bytes packed = record_packed(&asking->txn, kept->dossier, kept->key);

        if (!packed.data || !scope_sees(&asking->txn, &asking->principal, kept->dossier, kept->key, packed))
            violated(4, "install %zu has %s of %s, which the server would not give it", asking->install->index,
                     kept->key, kept->dossier);
    }
}

/* What it wrote is there by its own id, word for word, or in its tray: that what stands says the same is not enough. */
static void check_given_back(const struct chronicle *chronicle, const struct install *install, const struct held *held)
{
    for (size_t i = 0; i < chronicle->said_count; i++)
        if (held->kept[i] && !held->parked[i] && !chronicle->said[i].accepted)
            violated(1, "install %zu keeps an edit of %s that the server lost, and has not given it back",
                     install->index, chronicle->said[i].key);
}

/* A server that was restored lets in again who has a certificate of ours and knows whose it is. */
static void check_forgotten(const struct world *world, const struct install *install, const struct shelf *shelf)
{
    char person[RECORD_KEY_MAX + 1];

    snprintf(person, sizeof person, "person/%s", install->person);
    if (world->server.was_restored && find(shelf, "NL", person))
        violated(13, "install %zu is not let in by the restored server, when all is quiet", install->index);
}

void home_check_quiet(struct world *world, struct install *install)
{
    static struct held held;
    struct shelf *shelf = calloc(1, sizeof *shelf);
    struct asking asking = { .world = world, .install = install, .shelf = shelf };
    int refusal;

    CHECK(shelf != NULL);
    shelf->chronicle = &world->chronicle;
    held_records(install, keep, shelf);
    held_read(&world->chronicle, install, &held);
    check_saved(world, install, &held);
    check_kept(world, install, &held);
    refusal = ask(&asking);
    if (refusal == ERROR_UNKNOWN_INSTALL)
        check_forgotten(world, install, shelf);
    if (refusal == 0) {
        if (held.unsent_count > 0 || !install->is_done)
            violated(13, "install %zu has %zu edits unsent when all is quiet", install->index, held.unsent_count);
        check_given_back(&world->chronicle, install, &held);
        MUST(txn_begin_read(&asking.txn, ledger_store(world->server.ledger)));
        check_dossier(&asking, "NL", UINT64_MAX, 4);
        if (install->town)
            check_dossier(&asking, install->town, UINT64_MAX, 4);
        check_nothing_more(&asking);
        txn_end(&asking.txn);
    }
    free(shelf);
}
