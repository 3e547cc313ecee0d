/*
 * histogram.h: how long things took, in microseconds, with an error of at most 1 in 32. One thread at a time.
 */
#pragma once

#include <stdint.h>

enum { HISTOGRAM_STEPS = 32, HISTOGRAM_BINS = 32 * HISTOGRAM_STEPS };

struct histogram {
    uint64_t bins[HISTOGRAM_BINS];
    uint64_t count;
};

void histogram_add(struct histogram *histogram, uint64_t us);
/* The time within which `percent` of all were done; 0 where there are none. */
uint64_t histogram_within(const struct histogram *histogram, unsigned percent);
