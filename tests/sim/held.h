/*
 * held.h: what a home holds: in its outbox, in its tray, in its records.
 */
#pragma once

#include "proto/messages.pb-c.h"
#include "tests/sim/chronicle.h"

struct held {
    bool unsent[SAID_MAX], parked[SAID_MAX]; /* by edit */
    bool kept[SAID_MAX];                     /* own, acknowledged, to be offered after a loss */
    size_t unsent_count;
};

/* Of edits that the chronicle knows. */
void held_read(const struct chronicle *chronicle, struct install *install, struct held *held);
/* Not yet sent, or refused: what its author still has to do with. */
bool held_as_own(struct world *world, struct install *install, int edit);
/* Or it was acknowledged, and its author keeps it for a server that loses it. */
bool held_as_kept(struct world *world, struct install *install, int edit);
/* Or it is known to a record here. */
bool held_by_home(struct world *world, struct install *install, int edit);

/* Every record of the replica in order of dossier and key; `sealed` lives until the call returns. */
void held_records(struct install *install, void (*visit)(void *context, const Ci__SealedRecord *sealed), void *context);
/* The heads of a packed record, as indices. Returns how many. */
size_t held_heads(const struct chronicle *chronicle, struct bytes record, int heads[HEADS_MAX], uint64_t *position);
/* The cursor of a dossier, copied into `out`; its size. */
size_t held_cursor(struct install *install, const char *dossier, uint8_t out[128]);
/* It keeps few of its own edits once they are in a backup, as a home does that has very many. */
void held_keep_few(struct install *install);
/* Puts bytes in a cursor's place: a home that was tampered with. */
void held_put_cursor(struct install *install, const char *dossier, const uint8_t *bytes, size_t size);
