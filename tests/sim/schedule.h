/*
 * schedule.h: what happens in a world, step by step. A step carries a seed of its own, so that leaving others out does not
 * change it: that is what makes a trace shorter without making it another.
 */
#pragma once

#include "tests/sim/world.h"

enum { STEPS_MAX = 160 };

struct step {
    const struct deed *deed;
    uint64_t seed;
};

struct schedule {
    struct step steps[STEPS_MAX];
    size_t count;
};

/* What can be done; a row each. `weight`: how often. */
struct deed {
    const char *name;
    unsigned weight;
    void (*act)(struct world *world);
};
extern const struct deed deeds[];  /* what people and time do */
extern const struct deed faults[]; /* what goes wrong; both end with a row without a name */

/* From the seed: each seed has some of the faults and not the others. `length`: at most STEPS_MAX. */
void schedule_make(struct schedule *schedule, uint64_t seed, size_t length);
/* Does it all, checks the invariants after every step, and in the end that everything becomes quiet. */
void schedule_run(struct world *world, const struct schedule *schedule);

/* Shared by deeds and faults. */
struct install *pick_install(struct world *world);                          /* alive; NULL: none */
struct message *take_message(struct world *world, bool to_server);          /* off the network; NULL: none */
struct message *message_of(struct world *world, const struct visit *visit); /* the next one of a visit; NULL: none */
void begin_somewhere(struct world *world);
void sync_whole(struct world *world, struct install *install);
/* Until the request of this type is on its way. NULL: the sync came to its end before. Whoever takes it delivers it. */
struct message *sync_until(struct world *world, struct install *install, uint16_t type);
