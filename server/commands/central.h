/*
 * central.h: codes for the central team that the operator makes at the server itself, and writes by hand-made batches.
 * While the server is stopped; main thread.
 */
#pragma once

#include "server/commands/data.h"
#include "server/ledger/found.h"
#include "server/ledger/invitations.h"

/*
 * One batch: the founding (NULL: none), then an invitation for a new person of the central team; on disk after 0. `code`
 * is the text to hand over.
 */
int central_invite(struct data *data, const struct founding *founding, char code[INVITATION_CODE_SIZE],
                   struct invited *invited);
/* The code for people and programs: it is the last line. */
void central_say(const char *code, const struct invited *invited, bool json);
