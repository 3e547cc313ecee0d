/*
 * cell.c: the accumulator of one benchmark figure, and what of it may be shown. Integers only, so that taking away what
 * was added gives the same bytes. Knows nothing of municipalities. Pure; any thread.
 */
#include "common/monitor/cell.h"

#include <string.h>

#include "common/base/check.h"

void cell_add(struct cell *cell, int points)
{
    CHECK(points >= 0 && points < CELL_BINS);
    CHECK(cell->bins[points] < UINT16_MAX);
    cell->count++;
    cell->sum += (uint32_t)points;
    cell->squares += (uint64_t)points * (uint64_t)points;
    cell->bins[points]++;
}

void cell_remove(struct cell *cell, int points)
{
    CHECK(points >= 0 && points < CELL_BINS);
    CHECK(cell->bins[points] > 0);
    cell->count--;
    cell->sum -= (uint32_t)points;
    cell->squares -= (uint64_t)points * (uint64_t)points;
    cell->bins[points]--;
}

/* SCORING.md rule 17: sqrt(n·Σx² − (Σx)²) / n, half up, found without a root: it is at most 50. */
static uint32_t deviation(const struct cell *cell)
{
    uint64_t n = cell->count, variance = n * cell->squares - (uint64_t)cell->sum * cell->sum;
    uint64_t rounded = 0;

    while ((2 * rounded + 1) * n * ((2 * rounded + 1) * n) <= 4 * variance)
        rounded++;
    return (uint32_t)rounded;
}

/* The score at `rank`, counted from 0, of all scores in rising order. */
static uint32_t at_rank(const struct cell *cell, uint64_t rank)
{
    uint64_t seen = 0;

    for (uint32_t bin = 0;; bin++) {
        CHECK(bin < CELL_BINS);
        seen += cell->bins[bin];
        if (rank < seen)
            return bin;
    }
}

/* SCORING.md rule 18: linear between the two nearest ranks, at (n − 1)·quarter/4, half up. */
static uint32_t quantile(const struct cell *cell, uint32_t quarter)
{
    uint64_t position = (uint64_t)(cell->count - 1) * quarter;
    uint32_t part = (uint32_t)(position % 4), low = at_rank(cell, position / 4);
    uint32_t high = part ? at_rank(cell, position / 4 + 1) : low;

    return (low * (4 - part) + high * part + 2) / 4;
}

static bool all_the_same(const struct cell *cell)
{
    return at_rank(cell, 0) == at_rank(cell, cell->count - 1);
}

enum cell_shown cell_disclose(const struct cell *cell, uint32_t mean_from, uint32_t spread_from,
                              struct cell_figures *figures)
{
    *figures = (struct cell_figures){ 0 };
    if (cell->count == 0 || cell->count < mean_from || all_the_same(cell))
        return CELL_WITHHELD;
    figures->count = cell->count;
    figures->mean = (uint32_t)((2 * (uint64_t)cell->sum + cell->count) / (2 * (uint64_t)cell->count));
    if (cell->count < spread_from)
        return CELL_MEAN;
    figures->deviation = deviation(cell);
    figures->median = quantile(cell, 2);
    figures->quartile_1 = quantile(cell, 1);
    figures->quartile_3 = quantile(cell, 3);
    return CELL_SPREAD;
}
