/*
 * file.h: bytes in and out of files, whole; small files that are replaced whole. What went wrong is said with the path.
 * Any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/base/bytes.h"

enum file_outcome { FILE_NONE = 1 };

/* errno as a fault: FAULT_FULL (disk, quota or limit) or FAULT_IO. `doing`: "opening", "writing". */
int file_fault(const char *path, const char *doing);

/* ---- descriptors; `path` for the sentence ---- */
/* Reads until `size` bytes or the file's end. */
int file_read_at(int fd, const char *path, size_t offset, void *out, size_t size, size_t *got);
/* Whole or a fault. */
int file_write(int fd, const char *path, size_t offset, struct bytes bytes);
/* The names in the folder are on disk after this. FAULT_CORRUPT where that failed: what is on disk is unknown then. */
int folder_sync(const char *folder);

/* ---- small files, each the old one or the new one after a crash; on disk when the call returns ---- */
/* "folder/name", malloc'ed. */
int file_path(char **out, const char *folder, const char *name);
/* FILE_NONE where there is none, FAULT_CORRUPT where it is larger than `limit`. Copies nothing elsewhere. */
int file_load(const char *folder, const char *name, void *out, size_t limit, size_t *size);
/* Mode 0600. */
int file_replace(const char *folder, const char *name, struct bytes content);
bool file_exists(const char *folder, const char *name);
/* Nothing to rename is no fault. */
int file_rename(const char *folder, const char *from, const char *to);
/* Nothing to remove is no fault. */
int file_remove(const char *folder, const char *name);
