/*
 * backup_mark.h: how far the newest verified backup reaches: the file "backup.mark" in the data folder.
 *
 * `cimonitord backup` writes it, durably and last of all, once its copy has been verified; the server reads it. A line:
 *   backup POSITION HASH(64 hexadecimal digits) TIME_MS
 * The mark speaks of the history that was copied. It counts only where this journal has that hash at that position: a
 * server that was put back in time, or a restored one, may find a mark of another history beside it. Any thread.
 */
#pragma once

#include "server/journal/journal.h"

struct backup_mark {
    struct journal_head head; /* position and hash of the last entry in the backup */
    uint64_t time_ms;         /* when it was verified, by the clock of the machine: for people */
};

enum backup_mark_outcome { BACKUP_MARK_NONE = 1 }; /* no backup was ever verified here */

/* FAULT_CORRUPT where the file is there and is no mark: remove it, and make a backup. */
int backup_mark_read(const char *folder, struct backup_mark *mark);
int backup_mark_write(const char *folder, const struct backup_mark *mark);
