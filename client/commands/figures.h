/*
 * figures.h: how published figures and participation are shown, the same in `benchmark`, `compare` and `watch`.
 */
#pragma once

#include "client/commands/command.h"

enum { AREA_NAME_WIDTH = 12 }; /* of a column's head: it wraps there, so that there is room for rows' names */

json_t *figures_json(const Ci__Benchmark *benchmark);
json_t *participation_json(const Ci__Participation *participation);
/* A row a node, a column an area. `questionnaire` NULL: node names instead of texts. */
void figures_print(const struct command_context *context, const struct questionnaire *questionnaire,
                   const Ci__Benchmark *benchmark);
void participation_print(const struct command_context *context, const Ci__Participation *participation);
/* The figure of this node among an area's; NULL where it was not sent. */
const Ci__Figure *figure_find(const Ci__AreaFigures *area, const char *node);
/* The lines under a table: why a figure may be missing, what is counted, and of when it is. */
void figures_print_withheld(const struct command_context *context, const Ci__Benchmark *benchmark);
/* "61", or "…" where it is withheld; in the arena. */
const char *figure_text(const struct command_context *context, const Ci__Figure *figure);
/* What people read for a node: its code and its text; the name where the questionnaire is not known. */
const char *node_label(const struct command_context *context, const struct questionnaire *questionnaire,
                       const char *node);
