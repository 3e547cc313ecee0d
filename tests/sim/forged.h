/*
 * forged.h: the deed of an install that gives back a record which it has altered, for the table of faults.
 */
#pragma once

#include "tests/sim/world.h"

void record_is_forged(struct world *world);
