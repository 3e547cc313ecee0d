/*
 * secret_file.h: files of the vault: mode 0600, replaced whole, wiped from memory; for this room alone. Any thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/base/bytes.h"

enum { SECRET_FILE_MAX = 16 * 1024, SECRET_FILE_NONE = 1 };

/* Durable after 0: written beside, synced, renamed; then the folder is synced. */
int secret_file_write(const char *folder, const char *name, struct bytes content);
/* Outcome SECRET_FILE_NONE where there is none; FAULT_CORRUPT where it is larger than `limit`. */
int secret_file_read(const char *folder, const char *name, void *out, size_t limit, size_t *size);
/* Gone, durably; nothing there: nothing done. */
int secret_file_remove(const char *folder, const char *name);
/* "folder/name", malloc'ed. */
int secret_file_path(char **out, const char *folder, const char *name);
