/*
 * invariants.c: what is asked of the server and of what was ever said. What is asked of one home is home.c's.
 */
#include "tests/sim/invariants.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/monitor/submission.h"
#include "common/wire/codec.h"
#include "server/ledger/records.h"
#include "tests/sim/acknowledged.h"
#include "tests/sim/held.h"
#include "tests/sim/home.h"
#include "tests/sim/oracle.h"
#include "tests/sim/progress.h"
#include "tests/sim/rebuilt.h"

enum { REBUILD_EVERY = 12 };

static const char *const sentences[] = {
    "the program under test went down",
    "every acknowledged edit stands, is a rival, was superseded by one that had seen it, is parked or late",
    "offering an edit any number of times equals once",
    "one number of one incarnation never has two accepted edits",
    "quiet and synced, every install equals the server's view of its scope, to the byte",
    "a record changes only by an edit that had seen what stood, and a rival goes only when seen",
    "the incremental benchmark equals the recount",
    "a cursor never skips a change in its scope",
    "cleared answers and removed installs do not come back by themselves",
    "a submission's digest is that of the answers in it",
    "shifting an install's clock by ten years changes no outcome",
    "what goes over the wire and what a request takes stays under its bound",
    "nothing of another municipality ever reaches an install",
    "once faults stop, everything becomes quiet in a bounded number of rounds",
    "a store built anew from the journal has the same content",
};

const char *invariant_sentence(int number)
{
    return sentences[number < 0 || number >= (int)(sizeof sentences / sizeof *sentences) ? 0 : number];
}

/* ---- 5, 14: the view is what the rules make of the journal ---- */

static void check_record(const struct chronicle *chronicle, const char *dossier, const char *key, struct bytes packed)
{
    const struct stands *stands = oracle_find(chronicle, dossier, key);
    int heads[HEADS_MAX];
    uint64_t position = 0;
    size_t count = held_heads(chronicle, packed, heads, &position);

    if (!stands || heads[0] != stands->standing || count != 1 + stands->rival_count ||
        position != stands->place.position)
        violated(14, "%s of %s in the view is not what the journal makes of it", key, dossier);
}

/* ---- 9 ---- */

static void check_submission(struct bytes packed)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Submission *submission = NULL;
    Ci__Record *record = NULL;
    uint8_t digest[DIGEST_BYTES];

    MUST(arena_new(&arena, 4 * 1024 * 1024));
    CHECK(CODEC_UNPACK(ci__record, packed, arena, &record) == 0);
    if (CODEC_UNPACK(ci__submission, bytes_from(record->standing->value), arena, &submission) != 0)
        violated(9, "a submission that stands cannot be read");
    MUST(submission_digest(submission, arena, digest));
    if (!bytes_equal(bytes_of(digest, sizeof digest), bytes_from(submission->digest)))
        violated(9, "a submission that stands has another digest than its answers");
}

static void check_view(struct world *world)
{
    static const char *const dossiers[] = { "NL", "GM0001", "GM0002" };
    struct txn txn;
    size_t seen = 0;

    MUST(txn_begin_read(&txn, ledger_store(world->server.ledger)));
    for (size_t i = 0; i < sizeof dossiers / sizeof *dossiers; i++) {
        struct record_walk walk;

        record_walk_open(&walk, &txn, dossiers[i], "");
        for (; record_walk_next(&walk); seen++) {
            check_record(&world->chronicle, dossiers[i], walk.key, walk.cursor.value);
            if (strncmp(walk.key, "submission/", 11) == 0)
                check_submission(walk.cursor.value);
        }
        record_walk_close(&walk);
    }
    txn_end(&txn);
    if (seen != world->chronicle.stands_count)
        violated(14, "the view has %zu records, the journal makes %zu", seen, world->chronicle.stands_count);
}

/* ---- all of them ---- */

static void check_homes(struct world *world)
{
    struct chronicle *chronicle = &world->chronicle;

    for (size_t i = 0; i < world->install_count; i++)
        if (chronicle->dirty >> i & 1 && world->installs[i].is_alive)
            home_check(world, &world->installs[i], chronicle->forgets >> i & 1);
    chronicle->dirty = chronicle->forgets = 0;
}

/*
 * A request's arena ends by itself at REQUEST_ARENA_BYTES, which nothing here comes near: 27 KiB were measured. What takes
 * more than this grows with what the server holds. What a whole connection takes is in tests/fault/test_long_absence.py.
 */
enum { REQUEST_MEASURED_BYTES = 64 * 1024 };

void invariants_check(struct world *world)
{
    static unsigned moves;
    struct chronicle *chronicle = &world->chronicle;

    check_homes(world);
    if (world->server.requests_max > REQUEST_MEASURED_BYTES)
        violated(11, "a request took %zu bytes", world->server.requests_max);
    if (!chronicle->moved)
        return;
    chronicle->moved = false;
    acknowledged_check(world, false);
    check_view(world);
    if (++moves % REBUILD_EVERY == 0)
        rebuilt_check(world);
}

void invariants_check_quiet(struct world *world)
{
    struct progress *progress = progress_mine();

    acknowledged_check(world, true);
    check_view(world);
    rebuilt_check(world);
    for (size_t i = 0; i < world->install_count; i++)
        if (world->installs[i].is_alive)
            home_check_quiet(world, &world->installs[i]);
    progress->outcomes = world->chronicle.outcomes;
    progress->entries = world->chronicle.head.position;
    progress->edits = world->chronicle.said_count;
}
