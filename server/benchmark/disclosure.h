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
 * Whether anything of the area is shown yet. What was adopted once the round is released: before that each list that comes
 * would tell what it adds. And so of a size class, since it cuts across provinces, and live figures of both would tell what
 * one municipality in their overlap does.
 */
bool disclosure_shows(const char *area, Ci__Basis basis, bool released);
/* Fills all but the node's name. */
void disclosure_figure(struct disclosure rule, const struct cell *cell, Ci__Figure *figure);
