/*
 * patience.h: how long to wait before trying again: exponential, with full jitter, so that four hundred installs whose server
 * comes back do not all come in the same second. Pure; the caller brings the random number.
 */
#pragma once

#include <stdint.h>

enum { PATIENCE_FIRST_MS = 1000, PATIENCE_MOST_MS = 5 * 60 * 1000 };

struct patience {
    unsigned failures; /* in a row; 0 at first */
};

/*
 * After one more failure: evenly between 0 and the bound, which doubles from a second to five minutes; on top of what the
 * server asked for (retry_after_ms; 0: nothing), at most PATIENCE_MOST_MS of that.
 */
uint64_t patience_wait_ms(struct patience *patience, uint64_t retry_after_ms, uint64_t random);
/* It went well for a while. */
void patience_reset(struct patience *patience);
