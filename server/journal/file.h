/*
 * file.h: writing whole, and saying what went wrong; for this room alone. Any thread.
 */
#pragma once

#include <stddef.h>

#include "common/base/bytes.h"

/* Whole or a fault: FAULT_FULL (disk, quota or limit), FAULT_IO. */
int file_write(int fd, const char *path, size_t offset, struct bytes bytes);
int file_zero(int fd, const char *path, size_t offset, size_t end);
/* FAULT_CORRUPT where it failed: what is on disk is unknown then, and a second try would lie. */
int file_sync(int fd, const char *path);
/* Reads until `size` bytes or the file's end. */
int file_read_at(int fd, const char *path, size_t offset, void *out, size_t size, size_t *got);
/* The names in the folder are on disk after this. */
int folder_sync(const char *folder);
/* errno as a fault. */
int file_fault(const char *path, const char *doing);
