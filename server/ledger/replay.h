/*
 * replay.h: the journal's entries into a view that is behind.
 */
#pragma once

#include "server/ledger/ledger.h"

struct replay {
    struct store *store;
    struct questionnaires *questionnaires;
    const char *journal;                                          /* folder */
    uint64_t until;                                               /* position to reach */
    void (*progress)(void *context, uint64_t done, uint64_t all); /* may be NULL */
    void *context;
};

enum replay_outcome { REPLAY_DIVERGED = 1 }; /* the view holds what this journal does not: build it anew */

int replay_run(const struct replay *replay);
