/*
 * histogram.c: bins that grow with the value: each power of two is cut into HISTOGRAM_STEPS equal ones.
 */
#include "tests/bench/histogram.h"

static unsigned bin_of(uint64_t us)
{
    unsigned power = 0;
    uint64_t bin;

    while (us >> power >= 2 * HISTOGRAM_STEPS)
        power++;
    bin = power * HISTOGRAM_STEPS + (us >> power);
    return bin < HISTOGRAM_BINS ? (unsigned)bin : HISTOGRAM_BINS - 1;
}

static uint64_t end_of(unsigned bin)
{
    unsigned power = bin < 2 * HISTOGRAM_STEPS ? 0 : bin / HISTOGRAM_STEPS - 1;

    return (uint64_t)(bin - power * HISTOGRAM_STEPS + 1) << power;
}

void histogram_add(struct histogram *histogram, uint64_t us)
{
    histogram->bins[bin_of(us)]++;
    histogram->count++;
}

uint64_t histogram_within(const struct histogram *histogram, unsigned percent)
{
    uint64_t wanted = (histogram->count * percent + 99) / 100, seen = 0;

    for (unsigned bin = 0; bin < HISTOGRAM_BINS && histogram->count > 0; bin++) {
        seen += histogram->bins[bin];
        if (seen >= wanted)
            return end_of(bin);
    }
    return 0;
}
