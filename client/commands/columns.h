/*
 * columns.h: what people look at in a terminal: aligned columns and bars. Widths count characters as they are seen.
 *
 * Rows are collected and printed at once, so that a column is as wide as its widest cell. Nothing is cut: what does
 * not fit in its column goes on below.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "client/commands/wrap.h"
#include "common/base/arena.h"

enum { COLUMNS_MAX = 10, COLUMN_ROWS_MAX = 1200 };

struct columns {
    struct arena *arena;
    size_t count;                  /* of columns */
    bool right[COLUMNS_MAX];       /* numbers: aligned to the right */
    size_t width_max[COLUMNS_MAX]; /* wraps there, and sooner where the screen is narrow; 0: never */
    size_t screen;                 /* what rows should fit in; without a terminal, anything does */
    size_t rows;
    char **cells[COLUMN_ROWS_MAX];
};

void columns_init(struct columns *columns, struct arena *arena, size_t count);
/* Copies `count` texts; NULL is empty. A row past the maximum is a CHECK: callers are bounded by the questionnaire. */
void columns_row(struct columns *columns, const char *const *cells);
static inline bool columns_have_room(const struct columns *columns)
{
    return columns->rows < COLUMN_ROWS_MAX;
}
void columns_print(const struct columns *columns, FILE *out);

/* "███████░░░" of 20 cells for 0…100; in the arena. */
const char *bar(struct arena *arena, int points);
