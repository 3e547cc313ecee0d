/*
 * target.h: the folder that a backup is written to. One thread.
 */
#pragma once

#include "server/backup/manifest.h"

/*
 * Makes the folder where there is none, and locks it. A folder that holds anything but a backup, or one that was begun, is
 * refused. `*before`: the backup that is there, without files where there is none. The descriptor holds the lock.
 */
int target_open(const char *to, struct manifest *before, int *lock_fd);
/* Removes what this manifest does not name, once it is on disk. */
int target_finish(const char *to, const struct manifest *manifest);

/* There already is no fault. */
int target_make_folder(const char *path);
/* FAULT_BUSY where another process has it. */
int target_lock(const char *folder, int *out);
