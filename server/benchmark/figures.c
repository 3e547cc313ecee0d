/*
 * figures.c: from cells to messages, through disclosure. Knows nothing of who asks.
 */
#include "server/benchmark/figures.h"

#include "common/base/fault.h"
#include "server/benchmark/cells.h"

static int no_room(void)
{
    return FAULT(FAULT_MEMORY, "the figures take more memory than a request may: ask for fewer areas or nodes");
}

static Ci__Figure *figure_new(const struct figures_wanted *wanted, const struct cell *cell, size_t node,
                              struct arena *arena)
{
    Ci__Figure *figure = arena_alloc(arena, sizeof *figure);
    char *name = arena_alloc(arena, NODE_NAME_SIZE);

    if (!figure || !name)
        return NULL;
    ci__figure__init(figure);
    figure->node = node_name(wanted->questionnaire, node, name);
    disclosure_figure(wanted->rule, cell, figure);
    return figure;
}

int figures_of_area(const struct figures_wanted *wanted, const char *area, const char *name, struct arena *arena,
                    Ci__AreaFigures **figures)
{
    static const struct cell empty;
    size_t count = wanted->nodes ? wanted->node_count : node_count(wanted->questionnaire);
    const struct publication *shown = disclosure_shows(area, wanted->basis, wanted->released)
                                          ? cells_publication(wanted->cells, wanted->round, wanted->basis)
                                          : NULL;
    const struct cell *cells = shown ? publication_cells(shown, area) : NULL;
    const bool *hidden = shown ? publication_hidden(shown, area, wanted->released) : NULL;
    Ci__AreaFigures *of = arena_alloc(arena, sizeof *of);

    if (!of)
        return no_room();
    ci__area_figures__init(of);
    of->area = arena_string(arena, area);
    of->name = arena_string(arena, name);
    of->figures = arena_alloc(arena, count * sizeof *of->figures);
    if (!of->area || !of->name || !of->figures)
        return no_room();
    for (size_t i = 0; i < count; i++) {
        size_t node = wanted->nodes ? wanted->nodes[i] : i;

        of->figures[i] = figure_new(wanted, cells && hidden && !hidden[node] ? &cells[node] : &empty, node, arena);
        if (!of->figures[i])
            return no_room();
    }
    of->n_figures = count;
    *figures = of;
    return 0;
}
