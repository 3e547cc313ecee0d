/*
 * reader.c: entries in order, across segments, with every sum and hash checked.
 *
 * Owns its own descriptor and place. A writer may append beside it: what is half written is the end, until it is
 * whole. So a record that seems damaged is read again once something later is seen: the writer may have been
 * between the two. One thread at a time.
 */
#include "server/journal/reader.h"

#include <stdlib.h>

#include "common/base/fault.h"

int reader_open(struct journal_reader **out, const char *folder, uint64_t position, bool writable)
{
    CLEANUP(journal_reader_close) struct journal_reader *reader = calloc(1, sizeof *reader);
    uint64_t first;
    int result;

    if (!reader)
        return FAULT(FAULT_MEMORY, "no memory to read the journal %s", folder);
    reader->segment.fd = -1;
    reader->folder = strdup(folder);
    if (!reader->folder)
        return FAULT(FAULT_MEMORY, "no memory to read the journal %s", folder);
    result = segment_find(folder, position, &first);
    if (result == SEGMENT_NONE && position == UINT64_MAX)
        return FAULT(FAULT_MISSING, "there is no journal at %s", folder);
    if (result == SEGMENT_NONE)
        return FAULT(FAULT_MISSING, "the journal %s has no segment with entry %llu: restore it from a backup", folder,
                     (unsigned long long)position);
    TRY(result);
    TRY(segment_open(&reader->segment, folder, first, writable));
    reader->offset = SEGMENT_HEADER_BYTES;
    reader->head = reader->segment.before;
    *out = TAKE(&reader);
    return 0;
}

int journal_read(struct journal_reader **out, const char *path, uint64_t from)
{
    struct journal_reader *reader;

    TRY(reader_open(&reader, path, from > 0 ? from : 1, false));
    reader->from = from;
    *out = reader;
    return 0;
}

struct journal_reader *journal_reader_close(struct journal_reader *reader)
{
    if (!reader)
        return NULL;
    segment_close(&reader->segment);
    free(reader->folder);
    free(reader);
    return NULL;
}

static int next_segment(struct journal_reader *reader)
{
    struct segment next;

    TRY(segment_open(&next, reader->folder, reader->head.position + 1, false));
    if (!digest_equal(next.before.hash, reader->head.hash, DIGEST_BYTES)) {
        int result =
            FAULT(FAULT_CORRUPT, "%s is damaged at byte 24: it does not follow the segment before it", next.path);
        segment_close(&next);
        return result;
    }
    segment_close(&reader->segment);
    reader->segment = next;
    reader->offset = SEGMENT_HEADER_BYTES;
    return 0;
}

/* Whether something after this place, here or in a later segment, shows that an entry was on disk here. */
static int has_later(const struct journal_reader *reader, uint64_t last_first, bool *later)
{
    const struct segment *segment = &reader->segment;
    size_t end;

    *later = last_first > reader->head.position + 1;
    if (*later)
        return 0;
    TRY(segment_used_end(segment, reader->offset, &end));
    return segment_has_later(segment, reader->offset, end, reader->head.position + 1, later);
}

/* No record at this place: the journal's end, or the next segment's turn, or damage. 0: there is a record after all. */
static int pass_end(struct journal_reader *reader)
{
    uint64_t expected = reader->head.position + 1, last_first = 0;
    bool later;

    TRY(segment_find(reader->folder, UINT64_MAX, &last_first));
    if (last_first >= expected && reader->segment.before.position + 1 < expected) {
        uint64_t next_first = 0;

        TRY(segment_find(reader->folder, expected, &next_first));
        if (next_first == expected)
            return next_segment(reader);
    }
    TRY(has_later(reader, last_first, &later));
    if (!later)
        return JOURNAL_END;
    size_t next_offset;
    int result = segment_read(&reader->segment, reader->offset, expected, &reader->record, &next_offset);
    if (result <= 0) {
        reader->offset = result == 0 ? next_offset : reader->offset;
        return result;
    }
    return FAULT(FAULT_CORRUPT,
                 "%s is damaged at byte %zu (entry %llu), and entries follow that were written after it was on disk: "
                 "restore it from a backup",
                 reader->segment.path, reader->offset, (unsigned long long)expected);
}

int journal_read_next(struct journal_reader *reader, uint64_t *position, struct bytes *entry, struct journal_head *head)
{
    struct bytes taken;

    for (;;) {
        while (record_next(&reader->record, &taken)) {
            reader->head = journal_chain(&reader->head, taken);
            if (reader->head.position < reader->from)
                continue;
            *position = reader->head.position;
            *entry = taken;
            *head = reader->head;
            return 0;
        }
        int result =
            segment_read(&reader->segment, reader->offset, reader->head.position + 1, &reader->record, &reader->offset);
        if (result > 0)
            result = pass_end(reader);
        if (result != 0)
            return result;
    }
}
