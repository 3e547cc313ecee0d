/*
 * restores.h: deeds of a server that goes back in time, for the table of faults.
 */
#pragma once

#include "tests/sim/world.h"

void backup_is_made(struct world *world);
void server_is_put_back(struct world *world);
void server_is_restored(struct world *world);
void newcomer_is_forgotten(struct world *world);
void server_forgets_what_was_sent(struct world *world);
