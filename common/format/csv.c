/*
 * csv.c: reads comma separated files. Fields are unquoted in place, in the one copy of the file that is kept. Knows nothing
 * of what the columns mean. One thread at a time.
 */
#include "common/format/csv.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/base/bytes.h"
#include "common/base/fault.h"
#include "common/format/file.h"

struct csv {
    char *path, *bytes;
    char *at, *end;
    unsigned line, row_line;
    size_t column_count, field_count;
    char *columns[CSV_COLUMNS_MAX], *fields[CSV_COLUMNS_MAX];
};

#define MISTAKE(csv, line, format, ...) FAULT(FAULT_INVALID, "%s, line %u: " format, (csv)->path, (line), ##__VA_ARGS__)

/* A field in quotes, `at` after the opening one: doubled quotes become one, line ends belong to it. */
static int take_quoted(struct csv *csv)
{
    unsigned begin = csv->line;
    char *to = csv->at;

    for (;;) {
        if (csv->at == csv->end)
            return MISTAKE(csv, begin, "a quote is opened here and never closed.");
        if (*csv->at == '"' && csv->at[1] != '"')
            break;
        if (*csv->at == '"')
            csv->at++;
        csv->line += *csv->at == '\n';
        *to++ = *csv->at++;
    }
    csv->at++;
    if (csv->at < csv->end && *csv->at != ',' && *csv->at != '\n' && *csv->at != '\r')
        return MISTAKE(csv, csv->line, "after a closing quote a comma or the end of the line is expected.");
    *to = '\0';
    return 0;
}

static int take_plain(struct csv *csv)
{
    while (csv->at < csv->end && *csv->at != ',' && *csv->at != '\n' && *csv->at != '\r') {
        if (*csv->at == '"')
            return MISTAKE(csv, csv->line, "a quote stands inside a field that does not begin with one.");
        csv->at++;
    }
    return 0;
}

/* Ends the field (a NUL takes the place of what follows it); true where another follows in the row. */
static int end_field(struct csv *csv, bool *more)
{
    char *end = csv->at;

    *more = csv->at < csv->end && *csv->at == ',';
    if (csv->at < csv->end && *csv->at == '\r') {
        if (csv->at[1] != '\n')
            return MISTAKE(csv, csv->line, "a carriage return stands alone: lines end with LF or CRLF.");
        csv->at++;
    }
    if (csv->at < csv->end) {
        csv->line += *csv->at == '\n';
        csv->at++;
    }
    *end = '\0';
    return 0;
}

static int take_row(struct csv *csv)
{
    bool more = true;

    csv->row_line = csv->line;
    csv->field_count = 0;
    while (more) {
        if (csv->field_count == CSV_COLUMNS_MAX)
            return MISTAKE(csv, csv->row_line, "a row has at most %d fields.", CSV_COLUMNS_MAX);
        bool quoted = csv->at < csv->end && *csv->at == '"';

        csv->at += quoted;
        csv->fields[csv->field_count++] = csv->at;
        TRY(quoted ? take_quoted(csv) : take_plain(csv));
        TRY(end_field(csv, &more));
    }
    return 0;
}

static void pass_empty_lines(struct csv *csv)
{
    while (csv->at < csv->end && (*csv->at == '\n' || (*csv->at == '\r' && csv->at[1] == '\n'))) {
        csv->line += *csv->at == '\n';
        csv->at++;
    }
}

int csv_next(struct csv *csv)
{
    pass_empty_lines(csv);
    if (csv->at == csv->end)
        return CSV_END;
    TRY(take_row(csv));
    if (csv->field_count != csv->column_count)
        return MISTAKE(csv, csv->row_line, "this row has %zu fields, and the first row names %zu columns.",
                       csv->field_count, csv->column_count);
    return 0;
}

static int column_index(const struct csv *csv, const char *column)
{
    for (size_t i = 0; i < csv->column_count; i++)
        if (strcmp(csv->columns[i], column) == 0)
            return (int)i;
    return -1;
}

static int take_header(struct csv *csv, const char *const *columns)
{
    pass_empty_lines(csv);
    if (csv->at == csv->end)
        return MISTAKE(csv, 1u, "the file is empty: its first row must name the columns.");
    TRY(take_row(csv));
    for (size_t i = 0; i < csv->field_count; i++) {
        if (column_index(csv, csv->fields[i]) >= 0)
            return MISTAKE(csv, csv->row_line, "the column %s is named twice.", csv->fields[i]);
        csv->columns[csv->column_count++] = csv->fields[i];
    }
    for (; *columns; columns++)
        if (column_index(csv, *columns) < 0)
            return MISTAKE(csv, csv->row_line, "the column %s is missing.", *columns);
    return 0;
}

/* The line of the first text that is not clean; the whole file was found unclean. */
static unsigned unclean_line(const struct csv *csv)
{
    unsigned line = 1;

    for (const char *at = csv->bytes; at < csv->end; line++) {
        const char *newline = memchr(at, '\n', (size_t)(csv->end - at));
        size_t length = (size_t)((newline ? newline : csv->end) - at);

        length -= length > 0 && at[length - 1] == '\r';
        if (!text_reads_straight(at, length))
            return line;
        if (!newline)
            break;
        at = newline + 1;
    }
    return 0;
}

int csv_open(struct csv **out, const char *path, const char *const *columns)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    CLEANUP(csv_close) struct csv *csv = calloc(1, sizeof *csv);
    unsigned unclean;
    size_t size;

    if (!csv || !(csv->path = strdup(path)))
        return FAULT(FAULT_MEMORY, "There is no memory to read %s.", path);
    TRY(file_read(path, CSV_BYTES_MAX, &csv->bytes, &size));
    csv->at = csv->bytes;
    csv->end = csv->bytes + size;
    csv->line = 1;
    unclean = unclean_line(csv);
    if (unclean > 0)
        return MISTAKE(csv, unclean, "this is not plain UTF-8 text. Save the file as UTF-8.");
    if (strncmp(csv->bytes, byte_order_mark, strlen(byte_order_mark)) == 0) /* spreadsheets write one */
        csv->at += strlen(byte_order_mark);
    TRY(take_header(csv, columns));
    *out = TAKE(&csv);
    return 0;
}

struct csv *csv_close(struct csv *csv)
{
    if (csv) {
        free(csv->path);
        free(csv->bytes);
        free(csv);
    }
    return NULL;
}

const char *csv_field(const struct csv *csv, const char *column)
{
    int index = column_index(csv, column);

    return index < 0 ? NULL : csv->fields[index];
}

unsigned csv_line(const struct csv *csv)
{
    return csv->row_line;
}
