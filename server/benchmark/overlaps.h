/*
 * overlaps.h: which figures, taken together, would tell about fewer municipalities than one figure may. Pure; any thread.
 *
 * A figure is a sum over the municipalities of an area, so whoever has several can add and subtract them: the nation less
 * all provinces but one is that one; a province less a region is what the region leaves of it. What somebody can compute from
 * the areas of two kinds (each municipality is in at most one area of a kind) and the nation is a number for every area, and
 * for a municipality the sum of its two areas' numbers: it tells about those for which that is not zero. Draw each area as
 * a point and each municipality as a line between its two: then the fewest that anything tells about is the smallest cut of
 * that drawing (where an area is not shown, its lines end at a point that stands for all of its kind that are not shown).
 * So a minimum cut (Stoer and Wagner, 1997) finds it exactly, and hiding an area that the cut parts from that point mends it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OVERLAP_AREAS_MAX = 128, OVERLAP_KINDS_MAX = 6, OVERLAP_NOWHERE = UINT8_MAX };

struct overlap_area {
    uint8_t kind; /* < OVERLAP_KINDS_MAX */
    bool hidden;
};

/* Municipalities that lie in the same areas. The nation is none of these: all lie in it. */
struct overlap_group {
    uint8_t area[OVERLAP_KINDS_MAX]; /* an index of areas by kind, or OVERLAP_NOWHERE */
    uint32_t municipalities;
};

struct overlap_map {
    size_t area_count, group_count;
    struct overlap_area areas[OVERLAP_AREAS_MAX]; /* what is hidden at first stays so */
    const struct overlap_group *groups;
};

/*
 * Hides areas, smaller ones first, until neither any shown figure nor anything computed from the nation and shown areas of
 * two kinds tells about 1…`least` − 1 municipalities. Depends on the map alone.
 */
void overlaps_hide(struct overlap_map *map, uint32_t least);
/*
 * Whether something computed from the nation and shown areas of two kinds tells about 1…`least` − 1 municipalities; then
 * `told` says of which groups.
 */
bool overlaps_tell(const struct overlap_map *map, uint32_t least, bool *told);
