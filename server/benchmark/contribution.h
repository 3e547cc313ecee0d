/*
 * contribution.h: what one municipality puts into the cells of one basis. Pure; any thread.
 */
#pragma once

#include <stdint.h>
#include <string.h>

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
