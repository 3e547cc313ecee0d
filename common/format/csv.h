/*
 * csv.h: reads comma separated files (RFC 4180, UTF-8) whose first row names the columns. One thread at a time.
 *
 * Bounded: a file of CSV_BYTES_MAX, CSV_COLUMNS_MAX columns. Every mistake in the file is FAULT_INVALID with file and line.
 */
#pragma once

#include <stddef.h>

#include "common/base/cleanup.h"

enum { CSV_BYTES_MAX = 4 * 1024 * 1024, CSV_COLUMNS_MAX = 64 };
enum csv_outcome { CSV_END = 1 };

struct csv;

/* `columns`: names that must be there, ended by NULL; further columns may be. */
int csv_open(struct csv **out, const char *path, const char *const *columns);
struct csv *csv_close(struct csv *csv);
DEFINE_CLEANUP(struct csv, csv_close)

/* 0 with a row, or CSV_END. Empty lines are passed over; a row of another length than the first is a fault. */
int csv_next(struct csv *csv);
/* Of this row, valid until csv_close. NULL where there is no such column. */
const char *csv_field(const struct csv *csv, const char *column);
/* The line on which this row began, from 1. */
unsigned csv_line(const struct csv *csv);
