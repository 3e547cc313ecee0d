/*
 * reader.h: inside of a reader, which opening a journal uses as well; for this room alone.
 */
#pragma once

#include "server/journal/segment.h"

struct journal_reader {
    char *folder;
    struct segment segment;
    size_t offset;            /* in the segment, of the next record */
    struct record record;     /* what is left of the one before it */
    struct journal_head head; /* of the last entry taken */
    uint64_t from;            /* entries before it are hashed and passed over */
};

/* At the start of the last segment that begins at `position` or before it. */
int reader_open(struct journal_reader **out, const char *folder, uint64_t position, bool writable);
