/*
 * invariants.h: the fourteen sentences that hold after every step, and those that hold once all is quiet.
 */
#pragma once

#include "tests/sim/world.h"

/* A sentence for people, by its number. */
const char *invariant_sentence(int number);
void invariants_check(struct world *world);
void invariants_check_quiet(struct world *world);
