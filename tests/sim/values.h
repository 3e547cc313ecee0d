/*
 * values.h: what people of a simulated world write down: answers, submissions, rounds, revocations.
 */
#pragma once

#include "common/monitor/questionnaire.h"
#include "tests/sim/world.h"

/* What all rounds ask. */
const struct questionnaire *values_questionnaire(void);

/* An answer on one of a few questions, from a few values, so that people meet; now and then taken back. */
void write_something(struct world *world, struct install *install);
/* One question of the round that was open first, answered as often, each time otherwise. */
void write_in_a_row(struct world *world, struct install *install, size_t times);
/* Two of one municipality answer the same question, each otherwise. */
void write_side_by_side(struct world *world, struct install *one, struct install *other);
/* All that scores: the municipality enters the benchmark. */
void write_everything(struct world *world, struct install *install);
/* Something that the server must refuse: by itself, or the whole message that it is in. */
void write_poison(struct world *world, struct install *install);
/* An answer that a server which is not well fails over. */
void write_trouble(struct world *world, struct install *install);
/* What the home knows of its municipality, handed in or adopted. */
void write_submission(struct world *world, struct install *install);
/* The central team's. */
void write_round(struct world *world, struct install *central, const char *round);
/* A new version of the questionnaire, and a round that is open with it; the round moves on where both are there. */
void write_publication(struct world *world, struct install *central);
/* Lets in one of what the late list holds. False: it is empty. */
bool write_admission(struct world *world, struct install *central);
void write_revocation(struct world *world, struct install *central, const char *of);
/* Takes what stands side by side at this home, and chooses. */
void write_choice(struct world *world, struct install *install);
