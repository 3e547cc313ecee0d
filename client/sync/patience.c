/*
 * patience.c: see patience.h.
 */
#include "client/sync/patience.h"

uint64_t patience_wait_ms(struct patience *patience, uint64_t retry_after_ms, uint64_t random)
{
    uint64_t bound_ms = PATIENCE_FIRST_MS;

    for (unsigned i = 0; i < patience->failures && bound_ms < PATIENCE_MOST_MS; i++)
        bound_ms *= 2;
    if (bound_ms >= PATIENCE_MOST_MS)
        bound_ms = PATIENCE_MOST_MS; /* and no further doubling is counted */
    else
        patience->failures++;
    if (retry_after_ms > PATIENCE_MOST_MS)
        retry_after_ms = PATIENCE_MOST_MS;
    return retry_after_ms + random % (bound_ms + 1);
}

void patience_reset(struct patience *patience)
{
    patience->failures = 0;
}
