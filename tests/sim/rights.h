/*
 * rights.h: deeds of the central team and of the server itself, for the tables of deeds and faults.
 */
#pragma once

#include "tests/sim/world.h"

/* The central team's install; NULL: it is gone. */
struct install *central(struct world *world);

void access_ends(struct world *world);
void access_ends_in_the_middle(struct world *world);
void person_changes(struct world *world);
void questionnaire_is_published(struct world *world);
void round_closes(struct world *world);
void answer_comes_late(struct world *world);
