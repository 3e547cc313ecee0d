/*
 * own_work.h: the three counts of one's own work, and up to when this home has everything of others.
 */
#pragma once

#include "client/commands/command.h"

/* "Your work: 2 not sent yet, 5 at the server, of which 5 in a backup." and "Of others, all was fetched up to …". */
void own_work_print(const struct command_context *context, const struct replica_counts *counts);
/* {"unsent", "received", "backed_up"}. */
json_t *own_work_json(const struct replica_counts *counts);
