/*
 * lock.h: one process appends; for this room alone.
 */
#pragma once

/* Takes the folder's lock for as long as the descriptor is open. FAULT_BUSY names the process that holds it. */
int lock_folder(int *out_fd, const char *folder);
