/*
 * cell.h: one benchmark figure's accumulator, and what of it may be shown. Pure; any thread.
 *
 * Integer arithmetic over whole points (score_points), so that adding and taking away come back to the same bytes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { CELL_BINS = 101 };
enum {
    DISCLOSURE_MEAN_FROM = 5,
    DISCLOSURE_SPREAD_FROM = 10
}; /* municipalities; never from fewer: DOMAIN's promise to them */

struct cell {
    uint32_t count;
    uint32_t sum; /* of whole points */
    uint64_t squares;
    uint16_t bins[CELL_BINS]; /* how many municipalities have that many points */
};

void cell_add(struct cell *cell, int points);    /* 0…100 */
void cell_remove(struct cell *cell, int points); /* must have been added: CHECK */

/*
 * Whole points, half up: mean, population standard deviation, and median and quartiles by linear interpolation between
 * the two nearest ranks, at (n − 1)·¼, ½, ¾ counted from 0 (deploy/SCORING.md, rules 16 to 18).
 */
struct cell_figures {
    uint32_t count, mean, deviation, median, quartile_1, quartile_3;
};
enum cell_shown { CELL_WITHHELD, CELL_MEAN, CELL_SPREAD };
/* DOMAIN rule: mean from `mean_from` municipalities, spread from `spread_from`; withheld where all have the same score. */
enum cell_shown cell_disclose(const struct cell *cell, uint32_t mean_from, uint32_t spread_from,
                              struct cell_figures *figures);
