/*
 * acknowledged.c: where every acknowledged edit is: at the server, or after a loss with somebody who can give it back.
 */
#include "tests/sim/acknowledged.h"

#include "common/base/fault.h"
#include "server/ledger/late.h"
#include "tests/sim/held.h"
#include "tests/sim/oracle.h"

/* Word for word in the list of the view, which the journal's entry was to put it into. */
static bool late_list_holds(struct world *world, const struct said *said)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Edit *edit = NULL;
    struct txn txn;
    int found;

    MUST(arena_new(&arena, 4 * 1024 * 1024));
    MUST(txn_begin_read(&txn, ledger_store(world->server.ledger)));
    found = late_find(&txn, said->dossier, bytes_of(said->id, ID_BYTES), arena, &edit);
    txn_end(&txn);
    return found == 0 && memcmp(edit->id.data, said->id, ID_BYTES) == 0;
}

bool acknowledged_on_server(struct world *world, int edit)
{
    const struct chronicle *chronicle = &world->chronicle;
    const struct said *said = &chronicle->said[edit];
    const struct stands *stands = oracle_find(chronicle, said->dossier, said->key);
    int heads[HEADS_MAX];

    if (said->accepted && said->late)
        return late_list_holds(world, said);
    if (!stands || (!said->accepted && chronicle->rewinds == 0))
        return false;
    heads[0] = stands->standing;
    for (size_t i = 0; i < stands->rival_count; i++)
        heads[i + 1] = stands->rivals[i];
    return oracle_is_known(chronicle, edit, heads, 1 + stands->rival_count);
}

static bool somebody_holds(struct world *world, int edit)
{
    for (size_t i = 0; i < world->install_count; i++)
        if (world->installs[i].is_alive && held_by_home(world, &world->installs[i], edit))
            return true;
    return false;
}

/*
 * In the quiet: in its author's tray, since it came late, or since it was refused when it came again to a server that had
 * lost it; or only with an install that is no longer let in, which cannot give it back.
 */
static bool is_accounted_for(struct world *world, int edit)
{
    for (size_t i = 0; i < world->install_count; i++)
        if (world->installs[i].is_alive && held_as_own(world, &world->installs[i], edit))
            return true;
    for (size_t i = 0; i < world->install_count; i++)
        if (world->installs[i].is_alive && world->installs[i].is_done && held_by_home(world, &world->installs[i], edit))
            return world->chronicle.said[edit].was_late;
    return somebody_holds(world, edit);
}

void acknowledged_check(struct world *world, bool quiet)
{
    const struct chronicle *chronicle = &world->chronicle;

    for (size_t i = 0; i < chronicle->said_count; i++) {
        const struct said *said = &chronicle->said[i];

        if (!said->acknowledged || said->excused || acknowledged_on_server(world, (int)i))
            continue;
        if (chronicle->rewinds > 0 && (quiet ? is_accounted_for(world, (int)i) : somebody_holds(world, (int)i)))
            continue;
        violated(1, "the acknowledged edit of %s by install %d is lost", said->key, said->home);
    }
}

/* Its author may not have forgotten it: to keep it for such a day is what the author is there for. */
static void excuse_one(struct world *world, int edit)
{
    struct said *said = &world->chronicle.said[edit];

    if (!said->acknowledged || said->excused || acknowledged_on_server(world, edit) || somebody_holds(world, edit))
        return;
    if (chronicle_must_keep(world, edit))
        violated(1, "install %d, which wrote an edit of %s, has not kept it", said->home, said->key);
    said->excused = true;
}

void acknowledged_excuse(struct world *world)
{
    struct chronicle *chronicle = &world->chronicle;

    for (size_t i = 0; chronicle->rewinds > 0 && i < chronicle->said_count; i++)
        excuse_one(world, (int)i);
}
