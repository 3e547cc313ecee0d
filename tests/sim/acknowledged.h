/*
 * acknowledged.h: invariant 1 of what was acknowledged: it is never absent.
 */
#pragma once

#include "tests/sim/world.h"

/* It stands there, is a rival, is known to what stands, or is in the late list. */
bool acknowledged_on_server(struct world *world, int edit);
void acknowledged_check(struct world *world, bool quiet);
/* After a copy was destroyed on purpose: what nobody holds any more is nobody's loss. */
void acknowledged_excuse(struct world *world);
