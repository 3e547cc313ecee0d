/*
 * schedule.c: choosing and doing steps, and the quiet at the end.
 */
#include "tests/sim/schedule.h"

#include <stdio.h>

#include "tests/sim/invariants.h"
#include "tests/sim/machine.h"
#include "tests/sim/progress.h"

enum { QUIET_ROUNDS = 12, FAULT_PERCENT = 22 };

static const struct deed *choose(const struct deed *table, uint32_t enabled, struct chance *chance)
{
    size_t total = 0, at;

    for (size_t i = 0; table[i].name; i++)
        total += enabled >> i & 1 ? table[i].weight : 0;
    at = chance_below(chance, total);
    for (size_t i = 0; table[i].name; i++) {
        size_t weight = enabled >> i & 1 ? table[i].weight : 0;

        if (at < weight)
            return &table[i];
        at -= weight;
    }
    return NULL;
}

void schedule_make(struct schedule *schedule, uint64_t seed, size_t length)
{
    struct chance chance = { seed };
    uint32_t enabled = 0;

    for (size_t i = 0; faults[i].name; i++)
        if (chance_percent(&chance, 50))
            enabled |= 1u << i;
    for (schedule->count = 0; schedule->count < length; schedule->count++) {
        struct step *step = &schedule->steps[schedule->count];

        step->deed = enabled && chance_percent(&chance, FAULT_PERCENT) ? choose(faults, enabled, &chance)
                                                                       : choose(deeds, UINT32_MAX, &chance);
        step->seed = chance_next(&chance);
    }
}

/* ---- the quiet at the end ---- */

static void stop_faults(struct world *world)
{
    machine_disarm();
    world->server.is_full = world->server.is_ailing = world->server.crash.armed = false;
    network_cut_all(world);
    for (size_t i = 0; i < world->install_count; i++)
        world->installs[i].crash.armed = false;
}

static void settle(struct world *world)
{
    for (int round = 0; round < QUIET_ROUNDS; round++) {
        uint64_t before = journal_head(world->server.journal).position;

        for (size_t i = 0; i < world->install_count; i++)
            if (world->installs[i].is_alive)
                sync_whole(world, &world->installs[i]);
        if (round > 0 && journal_head(world->server.journal).position == before)
            return;
    }
    violated(13, "after %d rounds without faults there is still something new", QUIET_ROUNDS);
}

void schedule_run(struct world *world, const struct schedule *schedule)
{
    for (size_t i = 0; i < schedule->count; i++) {
        const struct step *step = &schedule->steps[i];

        progress_note(i, step->deed->name);
        if (world->says)
            printf("%4zu  %s\n", i, step->deed->name);
        world->chance.state = step->seed;
        machine_seed(step->seed ^ 0x5eed);
        machine_set_time(machine_time() + chance_below(&world->chance, HOUR_MS));
        step->deed->act(world);
        invariants_check(world);
    }
    progress_note(schedule->count, "quiet");
    world->chance.state = schedule->count;
    machine_seed(schedule->count);
    stop_faults(world);
    settle(world);
    invariants_check_quiet(world);
}
