/*
 * segment.h: one file of the journal: made of zeros, filled from the front. Layout: journal.h.
 */
#pragma once

#include <stdbool.h>

#include "common/base/buffer.h"
#include "server/journal/journal.h"
#include "server/journal/record.h"

enum { SEGMENT_HEADER_BYTES = 64, SEGMENT_PATH_MAX = 4096 };

enum segment_outcome {
    SEGMENT_NONE = 1, /* segment_find: there is none */
    SEGMENT_END,      /* segment_read: no record here: zeros, or the file's end */
    SEGMENT_BAD,      /* segment_read: these bytes are no record with that position */
};

struct segment {
    int fd;                     /* -1: none */
    struct journal_head before; /* the head before its first entry */
    struct buffer buffer;       /* the record read last */
    char path[SEGMENT_PATH_MAX];
};

/* The segment with the greatest first position that is at most `most`. */
int segment_find(const char *folder, uint64_t most, uint64_t *first);
/* Opens one and checks its header. On a fault nothing needs closing. */
int segment_open(struct segment *segment, const char *folder, uint64_t first, bool writable);
/* Makes one out of a file of zeros (spare.h), durably. Takes the descriptor over. */
int segment_make(struct segment *segment, const char *folder, const struct journal_head *before, int zeros_fd,
                 const char *zeros_path);
void segment_close(struct segment *segment); /* harmless where it is closed */

/* The record at an offset; it must begin with entry `expected`. It lives until the next call. */
int segment_read(struct segment *segment, size_t offset, uint64_t expected, struct record *record, size_t *next_offset);
/* Where the bytes that are not zero end, from `offset` on; `offset` where all are zero. */
int segment_used_end(const struct segment *segment, size_t offset, size_t *end);
/*
 * Whether a valid record stands anywhere in [offset, end) that was written when entry `expected` was on disk: then that
 * one is damaged. Later records alone prove nothing: several are written between two syncs, and a power cut may keep a
 * later one and not an earlier.
 */
int segment_has_later(const struct segment *segment, size_t offset, size_t end, uint64_t expected, bool *found);
