/*
 * home.h: what is asked of one home.
 */
#pragma once

#include "tests/sim/world.h"

/* Saved means saved (1), what was replaced is covered (5), the cursor skipped nothing (7). `anew`: it was put back, so that
 * what it held before is no measure. */
void home_check(struct world *world, struct install *install, bool anew);
/* And it equals the server's view of its scope (4), with nothing left to send. */
void home_check_quiet(struct world *world, struct install *install);
