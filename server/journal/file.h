/*
 * file.h: what the journal does to files beyond common/base/file.h; for this room alone. Any thread.
 */
#pragma once

#include <stddef.h>

#include "common/base/file.h"

int file_zero(int fd, const char *path, size_t offset, size_t end);
/* FAULT_CORRUPT where it failed: what is on disk is unknown then, and a second try would lie. */
int file_sync(int fd, const char *path);
