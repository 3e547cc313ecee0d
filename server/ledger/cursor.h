/*
 * cursor.h: how far an install has read a dossier: opaque to it, and authenticated. Any thread.
 */
#pragma once

#include "server/ledger/feed.h"

enum { CURSOR_BYTES = 2 + 8 + 8 + PLACE_HASH_BYTES + SCOPE_BYTES + 16 };

struct cursor {
    bool snapshot;    /* in the middle of one */
    uint64_t reached; /* what is behind this was not read yet */
    /*
     * The journal's head when that was read. Between two pages it is beyond `reached`: a server that is put back to somewhere
     * between may have moved a record from behind `reached` to before it, and must not go on from there.
     */
    uint64_t position;
    uint8_t hash[PLACE_HASH_BYTES];
    uint8_t scope[SCOPE_BYTES];
};

enum cursor_outcome { CURSOR_FORGED = 1 };

void cursor_print(const struct vault *vault, const char *dossier, const struct cursor *cursor,
                  uint8_t out[CURSOR_BYTES]);
int cursor_parse(const struct vault *vault, const char *dossier, struct bytes bytes, struct cursor *cursor);
