/*
 * files.h: small files read whole and replaced whole; for this room alone.
 */
#pragma once

#include <stdbool.h>

#include "common/base/buffer.h"
#include "common/base/bytes.h"

enum { FILE_BYTES_MAX = 64 * 1024 };
enum files_outcome { FILES_NONE = 1 };

/* Into `out`, made with a limit of FILE_BYTES_MAX; FILES_NONE where there is no such file. */
int files_read(const char *folder, const char *name, struct buffer *out);
/* Mode 0600; on disk, under its name, when this returns. */
int files_write(const char *folder, const char *name, struct bytes content);
/* Nothing to rename is no fault; on disk when this returns. */
int files_rename(const char *folder, const char *from, const char *to);
bool files_exist(const char *folder, const char *name);
