/*
 * contribution.h: what one municipality puts into the cells of one basis. Pure; any thread.
 */
#pragma once

#include <stdint.h>
#include <string.h>

#include "common/monitor/cell.h"
#include "common/monitor/node.h"

enum { CONTRIBUTES_NOTHING = 0xff };

/* Whole points by node, or CONTRIBUTES_NOTHING. */
struct contribution {
    uint8_t points[NODES_MAX];
};

static inline void contribution_clear(struct contribution *contribution)
{
    memset(contribution->points, CONTRIBUTES_NOTHING, sizeof contribution->points);
}

/* Of one node in one cell: `before` goes out, `after` comes in; either may be CONTRIBUTES_NOTHING. */
static inline void contribution_replace(struct cell *cell, uint8_t before, uint8_t after)
{
    if (before != CONTRIBUTES_NOTHING)
        cell_remove(cell, before);
    if (after != CONTRIBUTES_NOTHING)
        cell_add(cell, after);
}
