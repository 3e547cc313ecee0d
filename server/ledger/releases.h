/*
 * releases.h: a round that is released gets a record of its own in the same batch: release/<round>, the root of the tree
 * over its adopted submissions, signed. An edit of the server like others, so replaying needs no key. Writer thread, but
 * for release_check_all.
 */
#pragma once

#include "server/ledger/batch.h"

/* What an accepted edit brings about: nothing, but where it releases a round. */
int release_add(struct batch *batch, const Ci__Edit *edit, struct arena *arena);
/*
 * Every release: its leaves have the root that its head says, and the head is signed by this server; and every round that is
 * released has one. Returns the number that is not so; `report` names each.
 */
int release_check_all(struct txn *txn, struct vault *vault, void (*report)(void *context, const char *line),
                      void *context);
