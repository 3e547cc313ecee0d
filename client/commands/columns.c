/*
 * columns.c: aligned columns and bars for terminals. Owns nothing but what it prints; knows nothing of the domain.
 */
#include "client/commands/columns.h"

#include <string.h>
#include <wchar.h>

#include "common/base/check.h"

enum { BAR_CELLS = 20 };

void columns_init(struct columns *columns, struct arena *arena, size_t count)
{
    CHECK(count <= COLUMNS_MAX);
    memset(columns, 0, sizeof *columns);
    columns->arena = arena;
    columns->count = count;
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

/* The next character's bytes. What is not UTF-8 never gets here: everything shown was checked when it came in. */
static size_t character_size(const char *text)
{
    size_t size = 1;

    while (((unsigned char)text[size] & 0xc0) == 0x80)
        size++;
    return size;
}

static size_t character_width(const char *text)
{
    wchar_t wide = 0;
    mbstate_t state = { 0 };
    size_t used = mbrtowc(&wide, text, strlen(text), &state);

    if (used == (size_t)-1 || used == (size_t)-2)
        return 1;
    int width = wcwidth(wide);

    return width < 0 ? 0 : (size_t)width;
}

static size_t width_until(const char *text, const char *end)
{
    size_t width = 0;

    for (; text < end; text += character_size(text))
        width += character_width(text);
    return width;
}

size_t text_width(const char *text)
{
    return width_until(text, text + strlen(text));
}

/* Prints at most `most` columns of the text (0: all) and returns how many it took. */
static size_t print_cut(FILE *out, const char *text, size_t most)
{
    size_t width = text_width(text), taken = 0;

    if (most == 0 || width <= most) {
        fputs(text, out);
        return width;
    }
    while (*text && taken + character_width(text) < most) {
        size_t size = character_size(text);

        fwrite(text, 1, size, out);
        taken += character_width(text);
        text += size;
    }
    fputs("…", out);
    return taken + 1;
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

static void print_cell(const struct columns *columns, size_t row, size_t column, size_t width, bool last, FILE *out)
{
    const char *cell = columns->cells[row][column];
    size_t own = text_width(cell), pad = own < width ? width - own : 0;

    if (columns->right[column])
        fprintf(out, "%*s", (int)pad, "");
    print_cut(out, cell, columns->width_max[column]);
    if (!columns->right[column] && !last)
        fprintf(out, "%*s", (int)pad, "");
    if (!last)
        fputs("  ", out);
}

void columns_print(const struct columns *columns, FILE *out)
{
    size_t widths[COLUMNS_MAX] = { 0 };

    for (size_t column = 0; column < columns->count; column++)
        widths[column] = column_width(columns, column);
    for (size_t row = 0; row < columns->rows; row++) {
        size_t seen = columns->count;

        while (seen > 0 && !*columns->cells[row][seen - 1])
            seen--;
        for (size_t column = 0; column < seen; column++)
            print_cell(columns, row, column, widths[column], column + 1 == seen, out);
        fputc('\n', out);
    }
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

void print_wrapped(FILE *out, const char *text, size_t indent, size_t width)
{
    size_t column = 0;

    for (text += strspn(text, " \n"); *text; text += strspn(text, " \n")) {
        size_t word = strcspn(text, " \n"), cells = width_until(text, text + word);

        if (column && column + 1 + cells > width) {
            fputc('\n', out);
            column = 0;
        }
        fprintf(out, "%*s", (int)(column ? 1 : indent), "");
        fwrite(text, 1, word, out);
        column += cells + (column ? 1 : 0);
        text += word;
    }
    fputc('\n', out);
}
