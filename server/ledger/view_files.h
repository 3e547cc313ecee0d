/*
 * view_files.h: the files of a view: the ledger's own, and one built beside it to compare.
 */
#pragma once

#include "common/store/store.h"

#define VIEW_MAP_BYTES ((size_t)64 << 30)
/* With less room than this nothing is written: several times the largest batch, since LMDB copies whole pages. */
#define VIEW_HEADROOM_BYTES ((size_t)64 << 20)

/* `read_only`: beside a server that writes it. */
int view_files_open(struct store **out, const char *folder, const char *name, size_t map_bytes, bool read_only);
int view_files_remove(const char *folder, const char *name);
