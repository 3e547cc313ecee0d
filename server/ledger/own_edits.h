/*
 * own_edits.h: edits that the server writes itself: people, installs, the catalogue at its founding. They pass the same
 * rules as any other.
 */
#pragma once

#include "server/ledger/batch.h"
#include "server/ledger/refusal.h"

/*
 * Makes an edit of NL that has seen what stands, decides, and adds the entry. `author`: a person's id, or "". REFUSED
 * fills the refusal.
 */
int own_edit_add(struct batch *batch, const char *author, const char *key, struct bytes value, struct arena *arena,
                 struct refusal *refusal);
/* Packs the message first. */
int own_message_add(struct batch *batch, const char *author, const char *key, const void *message, struct arena *arena,
                    struct refusal *refusal);
