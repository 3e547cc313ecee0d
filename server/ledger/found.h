/*
 * found.h: the first entries of a journal: genesis, the areas, the questionnaire and the round. Writer thread, or a
 * command while the server is stopped.
 */
#pragma once

#include "server/ledger/batch.h"

struct founding {
    uint8_t server[ID_BYTES]; /* random: names this journal */
    uint8_t ca_fingerprint[DIGEST_BYTES];
    const char *address;    /* HOST:PORT */
    Ci__Area *const *areas; /* nation, provinces, regions, municipalities */
    size_t area_count;
    struct bytes questionnaire; /* packed; {NULL, 0}: none */
    const Ci__Round *round;     /* its questionnaire and hash are filled in from the above; NULL: none */
};

/* Into an empty journal's first batch. FAULT_INVALID says which of it does not keep the rules; FAULT_STATE: not empty. */
int ledger_found(struct batch *batch, const struct founding *founding);
