/*
 * node.h: the nodes of a questionnaire's score tree: everything that has a score and a benchmark. Pure; any thread.
 *
 * In this order, which cells and sheets on the server rely on: "overall", the levels ("strategic", …), the themes
 * ("S1", …), the focal points ("focal/HH", …), "progress", the levels' progress ("progress/strategic", …), the themes'
 * progress ("progress/S1", …), the questions ("S1.1", …).
 */
#pragma once

#include "common/monitor/questionnaire.h"

enum { NODES_MAX = 2 + 2 * LEVELS_MAX + 2 * THEMES_MAX + FOCAL_POINTS_MAX + QUESTIONS_MAX, NODE_NAME_SIZE = 40 };

size_t node_count(const struct questionnaire *questionnaire);
size_t node_overall(void);
size_t node_level(const struct questionnaire *questionnaire, size_t level);
size_t node_theme(const struct questionnaire *questionnaire, size_t theme);
size_t node_focal_point(const struct questionnaire *questionnaire, size_t focal_point);
size_t node_progress(const struct questionnaire *questionnaire);
size_t node_question(const struct questionnaire *questionnaire, size_t question);

char *node_name(const struct questionnaire *questionnaire, size_t node, char out[NODE_NAME_SIZE]);
/* −1 where there is no such node. */
int node_find(const struct questionnaire *questionnaire, const char *name);
/* What people read: the name of the theme, the text of the question; {"Totaal", "Overall"} and so on. Borrowed. */
Ci__Text node_text(const struct questionnaire *questionnaire, size_t node);
