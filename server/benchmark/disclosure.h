/*
 * disclosure.h: what of a cell may leave the server: the one place that decides it, for queries and live updates alike.
 */
#pragma once

#include "common/monitor/cell.h"
#include "proto/messages.pb-c.h"

struct disclosure {
    uint32_t mean_from, spread_from;
};
/* A round's rule; what it leaves out, or sets lower than the promise, is the promise. */
struct disclosure disclosure_rule(const Ci__Disclosure *rule);
/*
 * Whether anything of the area is shown yet: of a size class once the round is released, since it cuts across provinces and
 * live figures of both would tell what one municipality in their overlap does.
 */
bool disclosure_shows(const char *area, bool released);
/* Fills all but the node's name. */
void disclosure_figure(struct disclosure rule, const struct cell *cell, Ci__Figure *figure);
