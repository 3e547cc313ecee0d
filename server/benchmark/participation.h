/*
 * participation.h: who has started, submitted, adopted. No secret to coordinators of the area; others get the counts.
 * Reads only; any thread.
 */
#pragma once

#include "common/base/arena.h"
#include "common/store/txn.h"
#include "proto/messages.pb-c.h"

/* `date`: YYYY-MM-DD, for which municipalities are in force. `named`: with the list. In the arena; a fault where it is full. */
int participation_of_area(struct txn *txn, const char *round, const char *area, const char *date, bool named,
                          struct arena *arena, Ci__Participation **participation);
