/*
 * columns.c: aligned columns and bars for terminals. Owns nothing but what it prints; knows nothing of the domain.
 */
#include "client/commands/columns.h"

#include <stdint.h>
#include <string.h>

#include "common/base/check.h"

enum { BAR_CELLS = 20, GAP = 2, COLUMN_WIDTH_MIN = 12 };

void columns_init(struct columns *columns, struct arena *arena, size_t count)
{
    CHECK(count <= COLUMNS_MAX);
    memset(columns, 0, sizeof *columns);
    columns->arena = arena;
    columns->count = count;
    columns->screen = screen_width(SIZE_MAX);
}

void columns_row(struct columns *columns, const char *const *cells)
{
    CHECK(columns->rows < COLUMN_ROWS_MAX);
    char **row = arena_alloc(columns->arena, columns->count * sizeof *row);

    CHECK(row != NULL);
    for (size_t i = 0; i < columns->count; i++) {
        row[i] = arena_string(columns->arena, cells[i] ? cells[i] : "");
        CHECK(row[i] != NULL);
    }
    columns->cells[columns->rows++] = row;
}

static size_t column_width(const struct columns *columns, size_t column)
{
    size_t width = 0;

    for (size_t row = 0; row < columns->rows; row++) {
        size_t cell = text_width(columns->cells[row][column]);

        width = cell > width ? cell : width;
    }
    size_t most = columns->width_max[column];

    return most && width > most ? most : width;
}

/* The widest of the columns that wrap gives way, until the row fits on the screen or none can be narrower. */
static void fit(const struct columns *columns, size_t widths[COLUMNS_MAX])
{
    for (;;) {
        size_t all = (columns->count - 1) * GAP, widest = columns->count;

        for (size_t column = 0; column < columns->count; column++) {
            all += widths[column];
            if (columns->width_max[column] && widths[column] > COLUMN_WIDTH_MIN &&
                (widest == columns->count || widths[column] > widths[widest]))
                widest = column;
        }
        if (all <= columns->screen || widest == columns->count)
            return;
        widths[widest]--;
    }
}

/* What of a row is still to be printed: a text a column, and how far its next line stands in. */
struct rest {
    FILE *out;
    const char *text[COLUMNS_MAX];
    size_t indent[COLUMNS_MAX];
};

/* Prints the next line of a cell and moves on; of a cell that does not wrap, all. */
static void print_cell(const struct columns *columns, struct rest *rest, size_t column, size_t width, bool last)
{
    const char **text = &rest->text[column];
    size_t indent = rest->indent[column] < width ? rest->indent[column] : 0;
    struct text_line line = text_take_line(text, columns->width_max[column] ? width - indent : SIZE_MAX, true);
    size_t own = line.size ? indent + line.width : 0, pad = own < width ? width - own : 0;

    if (columns->right[column])
        fprintf(rest->out, "%*s", (int)pad, "");
    fprintf(rest->out, "%*s", line.size ? (int)indent : 0, "");
    text_print_line(rest->out, &line);
    if (!columns->right[column] && !last)
        fprintf(rest->out, "%*s", (int)pad, "");
    if (!last)
        fprintf(rest->out, "%*s", GAP, "");
}

/* How many of the columns still have something: nothing is printed behind the last that has. */
static size_t columns_left(const struct columns *columns, const struct rest *rest)
{
    size_t left = columns->count;

    while (left > 0 && !*rest->text[left - 1])
        left--;
    return left;
}

static void print_row(const struct columns *columns, size_t row, const size_t widths[COLUMNS_MAX], FILE *out)
{
    char *const *cells = columns->cells[row];
    struct rest rest = { .out = out };

    for (size_t column = 0; column < columns->count; column++) {
        rest.text[column] = cells[column];
        rest.indent[column] = strspn(cells[column], " ");
    }
    size_t left = columns_left(columns, &rest);

    do {
        for (size_t column = 0; column < left; column++)
            print_cell(columns, &rest, column, widths[column], column + 1 == left);
        fputc('\n', out);
        for (size_t column = 0; column < columns->count; column++)
            rest.indent[column] = *cells[column] == ' ' ? strspn(cells[column], " ") + GAP : 0;
        left = columns_left(columns, &rest);
    } while (left > 0);
}

void columns_print(const struct columns *columns, FILE *out)
{
    size_t widths[COLUMNS_MAX] = { 0 };

    for (size_t column = 0; column < columns->count; column++)
        widths[column] = column_width(columns, column);
    fit(columns, widths);
    for (size_t row = 0; row < columns->rows; row++)
        print_row(columns, row, widths, out);
}

const char *bar(struct arena *arena, int points)
{
    static const char full[] = "█", empty[] = "░";
    int filled = (points * BAR_CELLS + 50) / 100;
    char *text = arena_alloc(arena, BAR_CELLS * (sizeof full - 1) + 1), *end = text;

    CHECK(text != NULL);
    for (int cell = 0; cell < BAR_CELLS; cell++, end += sizeof full - 1)
        memcpy(end, cell < filled ? full : empty, sizeof full - 1);
    return text;
}
