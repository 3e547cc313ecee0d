/*
 * file.h: a whole file in memory, within a bound. Any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/base/bytes.h"

/*
 * `*out` is malloc'ed, holds the bytes and a NUL after them. FAULT_MISSING where there is no such file, FAULT_INVALID
 * where it is larger than `limit` or no regular file, FAULT_IO where it cannot be read.
 */
int file_read(const char *path, size_t limit, char **out, size_t *size);
/* Both are there, and are one file, by whatever names. */
bool file_is_same(const char *path, const char *other);
/* What a person asked for by name: replaced where it is there. On disk when it returns. */
int file_save(const char *path, struct bytes content);
