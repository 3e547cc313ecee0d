/*
 * disclosure.c: from accumulators to figures that give nobody away. Pure.
 */
#include "server/benchmark/disclosure.h"

#include "common/monitor/area.h"

static uint32_t at_least(uint32_t wanted, uint32_t least)
{
    return wanted > least ? wanted : least;
}

struct disclosure disclosure_rule(const Ci__Disclosure *rule)
{
    struct disclosure disclosure = { DISCLOSURE_MEAN_FROM, DISCLOSURE_SPREAD_FROM };

    if (rule) {
        disclosure.mean_from = at_least(rule->mean_from, DISCLOSURE_MEAN_FROM);
        disclosure.spread_from = at_least(rule->spread_from, DISCLOSURE_SPREAD_FROM);
    }
    disclosure.spread_from = at_least(disclosure.spread_from, disclosure.mean_from);
    return disclosure;
}

void disclosure_figure(struct disclosure rule, const struct cell *cell, Ci__Figure *figure)
{
    struct cell_figures figures = { 0 };
    enum cell_shown shown = cell_disclose(cell, rule.mean_from, rule.spread_from, &figures);

    figure->shown = CI__FIGURE__SHOWN__WITHHELD;
    if (shown == CELL_WITHHELD)
        return;
    figure->shown = CI__FIGURE__SHOWN__MEAN;
    figure->count = figures.count;
    figure->mean = figures.mean;
    if (shown == CELL_MEAN)
        return;
    figure->shown = CI__FIGURE__SHOWN__SPREAD;
    figure->deviation = figures.deviation;
    figure->median = figures.median;
    figure->quartile_1 = figures.quartile_1;
    figure->quartile_3 = figures.quartile_3;
}

bool disclosure_shows(const char *area, Ci__Basis basis, bool released)
{
    return released || (basis != CI__BASIS__ADOPTED && !area_is_size_class(area));
}
