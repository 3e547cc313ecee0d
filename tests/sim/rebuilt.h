/*
 * rebuilt.h: a second ledger, built from the same journal in another folder, and what differs.
 */
#pragma once

#include "tests/sim/world.h"

/* Invariants 14 (every table, to the byte) and 6 (every cell of the benchmark). */
void rebuilt_check(struct world *world);
