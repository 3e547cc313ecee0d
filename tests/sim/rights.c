/*
 * rights.c: what changes from above while people are at work: who may do what, and which round is open. Rows of the tables in
 * deeds.c and faults.c.
 */
#include "tests/sim/rights.h"

#include "common/wire/message.h"
#include "server/ledger/own_edits.h"
#include "server/ledger/records.h"
#include "tests/sim/schedule.h"
#include "tests/sim/values.h"

struct install *central(struct world *world)
{
    return world->installs[PEOPLE - 1].is_alive ? &world->installs[PEOPLE - 1] : NULL;
}

void access_ends(struct world *world)
{
    const struct install *install = &world->installs[chance_below(&world->chance, PEOPLE - 1)];

    if (central(world) && chance_percent(&world->chance, 40))
        write_revocation(world, central(world), chance_percent(&world->chance, 50) ? install->id : install->person);
}

static int move_person(struct batch *batch, struct arena *arena, void *context)
{
    const struct install *install = context;
    char *key = arena_format(arena, "person/%s", install->person);
    struct refusal refusal = { 0 };
    Ci__Person *person = NULL;

    MUST(RECORD_VALUE(batch->txn, "NL", key, ci__person, arena, &person));
    person->role = person->role == CI__ROLE__ROLE_LEAD ? CI__ROLE__ROLE_RESPONDENT : CI__ROLE__ROLE_LEAD;
    return own_message_add(batch, "", key, person, arena, &refusal);
}

void person_changes(struct world *world)
{
    struct install *install = &world->installs[chance_below(&world->chance, PEOPLE - 1)];

    tell(world, "the person of install %zu gets another role", install->index);
    server_act(world, move_person, install);
    chronicle_read(world);
    if (central(world) && chance_percent(&world->chance, 30))
        write_revocation(world, central(world), install->person);
}

void round_closes(struct world *world)
{
    if (!central(world) || !chance_percent(&world->chance, 50))
        return;
    write_round(world, central(world), "2026");
    if (chance_percent(&world->chance, 60)) /* while others are offline, and have something to send */
        sync_whole(world, central(world));
}

/* What it sends is on its way when the server hears that it may not any more. */
void access_ends_in_the_middle(struct world *world)
{
    struct install *install = &world->installs[chance_below(&world->chance, PEOPLE - 1)];
    struct message *message;

    if (!install->is_alive || !central(world) || !chance_percent(&world->chance, 30))
        return;
    write_something(world, install);
    message = sync_until(world, install, MESSAGE_PUSH);
    if (!message)
        return;
    write_revocation(world, central(world), chance_percent(&world->chance, 50) ? install->id : install->person);
    sync_whole(world, central(world));
    network_deliver(world, message);
}

/* Written in time, and sent after the round was closed; the central team may let it in. */
void answer_comes_late(struct world *world)
{
    struct install *install = pick_install(world);

    if (!install || !install->town || install->visit || !central(world) || !chance_percent(&world->chance, 50))
        return;
    write_something(world, install);
    write_in_a_row(world, install, chance_below(&world->chance, 4));
    write_round(world, central(world), "2026");
    sync_whole(world, central(world));
    sync_whole(world, install);
    for (size_t i = 0; i < PEOPLE; i += PEOPLE / TOWNS) /* one of each municipality, and the central team */
        if (world->installs[i].is_alive)
            install_ask_late(world, &world->installs[i], install->town);
    for (int i = 0; i < 3; i++)
        if (chance_percent(&world->chance, 70) && write_admission(world, central(world)))
            sync_whole(world, central(world));
}

/* The others learn of it when they sync; until then they answer what they know. */
void questionnaire_is_published(struct world *world)
{
    if (!central(world) || !chance_percent(&world->chance, 60))
        return;
    write_publication(world, central(world));
    if (chance_percent(&world->chance, 70))
        sync_whole(world, central(world));
}
