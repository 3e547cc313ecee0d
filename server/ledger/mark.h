/*
 * mark.h: whether the view on disk can be trusted. Its pages are not synced at each commit, so after a power cut
 * they are not; after a killed process, and after a clean stop, they are.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* `folder`: the data folder; the mark is "view.mark" in it and speaks of "view/data.mdb". */
bool mark_is_trusted(const char *folder);
/*
 * Durable when it returns. `clean`: everything was synced and nobody writes, and the journal ends at `position`; else it
 * counts until the machine restarts.
 */
int mark_write(const char *folder, bool clean, uint64_t position);
/* Where the journal ended when its server stopped cleanly: it ends no sooner. 0: it did not, or nobody knows. */
uint64_t mark_position(const char *folder);
