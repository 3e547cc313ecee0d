/*
 * answers.h: every answer as it leaves the server.
 */
#pragma once

#include "tests/sim/world.h"

/* Takes down what was acknowledged, and looks whether it may leave. `size`: of the packed answer. */
void answers_check(struct world *world, const struct request *request, size_t size);
