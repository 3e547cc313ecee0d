/*
 * segment.c: segment files: names, headers, and records at offsets.
 *
 * Owns the layout of one file. Knows nothing of heads moving, of locks, or of who follows whom. One thread a segment.
 */
#include "server/journal/segment.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/fault.h"
#include "server/journal/crc32c.h"
#include "server/journal/file.h"

#define NAME_PREFIX "segment-"
enum { FORMAT = 1, PREFIX_SIZE = sizeof NAME_PREFIX - 1, NAME_DIGITS = 20, CRC_OFFSET = 56, SCAN_BYTES = 64 * 1024 };
/* A record after a damaged one has a later position, but not this much later: a segment cannot hold that many. */
enum { POSITIONS_MAX = 1 << 24 };

static const uint8_t magic[8] = { 'C', 'I', 'J', 'R', 'N', 'L', '1', '\n' };

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

static bool parse_name(const char *name, uint64_t *first)
{
    if (strlen(name) != PREFIX_SIZE + NAME_DIGITS || strncmp(name, NAME_PREFIX, PREFIX_SIZE) != 0)
        return false;
    for (const char *at = name + PREFIX_SIZE; *at; at++)
        if (!isdigit((unsigned char)*at))
            return false;
    errno = 0;
    *first = strtoull(name + PREFIX_SIZE, NULL, 10);
    return errno == 0 && *first > 0;
}

int segment_find(const char *folder, uint64_t most, uint64_t *first)
{
    __attribute__((cleanup(close_folder))) DIR *listing = opendir(folder);
    uint64_t best = 0, one;

    if (!listing)
        return errno == ENOENT ? FAULT(FAULT_MISSING, "there is no journal at %s", folder)
                               : file_fault(folder, "listing");
    errno = 0;
    for (const struct dirent *file; (file = readdir(listing)); errno = 0)
        if (parse_name(file->d_name, &one) && one <= most && one > best)
            best = one;
    if (errno != 0)
        return file_fault(folder, "listing");
    if (best == 0)
        return SEGMENT_NONE;
    *first = best;
    return 0;
}

static int set_path(struct segment *segment, const char *folder, uint64_t first)
{
    int size =
        snprintf(segment->path, sizeof segment->path, "%s/" NAME_PREFIX "%020llu", folder, (unsigned long long)first);

    segment->fd = -1;
    buffer_init(&segment->buffer, RECORD_HEADER_BYTES + JOURNAL_RECORD_MAX);
    if (size < 0 || (size_t)size >= sizeof segment->path)
        return FAULT(FAULT_INVALID, "the journal's folder has too long a path: %.200s…", folder);
    return 0;
}

static void encode_header(uint8_t header[SEGMENT_HEADER_BYTES], const struct journal_head *before)
{
    memset(header, 0, SEGMENT_HEADER_BYTES);
    memcpy(header, magic, sizeof magic);
    put_u32(header + 8, FORMAT);
    put_u64(header + 16, before->position + 1);
    memcpy(header + 24, before->hash, DIGEST_BYTES);
    put_u32(header + CRC_OFFSET, crc32c(header, CRC_OFFSET));
}

static int check_header(struct segment *segment, uint64_t first)
{
    uint8_t header[SEGMENT_HEADER_BYTES], expected[SEGMENT_HEADER_BYTES];
    size_t got;

    TRY(file_read_at(segment->fd, segment->path, 0, header, sizeof header, &got));
    if (got == sizeof header && memcmp(header, magic, sizeof magic) == 0 && get_u32(header + 8) > FORMAT &&
        get_u32(header + CRC_OFFSET) == crc32c(header, CRC_OFFSET))
        return FAULT(FAULT_CORRUPT, "%s was written by a later release (format %u): use that one", segment->path,
                     get_u32(header + 8));
    segment->before.position = first - 1;
    memcpy(segment->before.hash, header + 24, got == sizeof header ? DIGEST_BYTES : 0);
    encode_header(expected, &segment->before);
    if (got != sizeof header || memcmp(header, expected, sizeof header) != 0)
        return FAULT(FAULT_CORRUPT, "%s is damaged at byte 0 (its header): restore it from a backup", segment->path);
    return 0;
}

int segment_open(struct segment *segment, const char *folder, uint64_t first, bool writable)
{
    int result;

    TRY(set_path(segment, folder, first));
    segment->fd = open(segment->path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (segment->fd < 0)
        return file_fault(segment->path, "opening");
    result = check_header(segment, first);
    if (result < 0)
        segment_close(segment);
    return result;
}

static int put_in_place(struct segment *segment, const char *folder, const char *zeros_path)
{
    uint8_t header[SEGMENT_HEADER_BYTES];

    encode_header(header, &segment->before);
    TRY(file_write(segment->fd, zeros_path, 0, bytes_of(header, sizeof header)));
    TRY(file_sync(segment->fd, zeros_path));
    if (rename(zeros_path, segment->path) != 0)
        return file_fault(segment->path, "renaming");
    if (folder_sync(folder) == 0)
        return 0;
    /* It has its name, perhaps for good: what would be written to the segment before it now, a start would not find. */
    return FAULT(FAULT_CORRUPT, "%s is there, and may not be on disk; start again", segment->path);
}

int segment_make(struct segment *segment, const char *folder, const struct journal_head *before, int zeros_fd,
                 const char *zeros_path)
{
    int result = set_path(segment, folder, before->position + 1);

    segment->fd = zeros_fd;
    segment->before = *before;
    if (result == 0)
        result = put_in_place(segment, folder, zeros_path);
    if (result < 0)
        segment_close(segment);
    return result;
}

void segment_close(struct segment *segment)
{
    fd_close_at(&segment->fd);
    buffer_done(&segment->buffer);
}

int segment_read(struct segment *segment, size_t offset, uint64_t expected, struct record *record, size_t *next_offset)
{
    uint8_t header[RECORD_HEADER_BYTES];
    uint32_t length;
    size_t got;
    uint8_t *payload;

    TRY(file_read_at(segment->fd, segment->path, offset, header, sizeof header, &got));
    if (got < sizeof header || get_u32(header) == 0)
        return SEGMENT_END;
    length = get_u32(header);
    if (!record_length_is_plausible(length))
        return SEGMENT_BAD;
    payload = buffer_reserve(&segment->buffer, length);
    if (!payload)
        return -FAULT_MEMORY; /* said there */
    TRY(file_read_at(segment->fd, segment->path, offset + sizeof header, payload, length, &got));
    struct record found;
    if (got < length || !record_decode(&found, bytes_of(payload, length), get_u32(header + 4)) ||
        found.first != expected)
        return SEGMENT_BAD;
    *record = found;
    *next_offset = offset + sizeof header + length;
    return 0;
}

int segment_used_end(const struct segment *segment, size_t offset, size_t *end)
{
    static const uint8_t zeros[SCAN_BYTES];
    uint8_t bytes[SCAN_BYTES];
    size_t got;

    *end = offset;
    do {
        TRY(file_read_at(segment->fd, segment->path, offset, bytes, sizeof bytes, &got));
        if (got > 0 && memcmp(bytes, zeros, got) != 0) {
            size_t last = got;

            while (bytes[last - 1] == 0)
                last--;
            *end = offset + last;
        }
        offset += got;
    } while (got == sizeof bytes);
    return 0;
}

static bool is_later_record(const uint8_t *at, size_t left, uint64_t expected)
{
    struct record record;
    uint32_t length;

    if (left < RECORD_HEADER_BYTES + 16)
        return false;
    length = get_u32(at);
    if (!record_length_is_plausible(length) || length > left - RECORD_HEADER_BYTES)
        return false;
    uint64_t first = get_u64(at + RECORD_HEADER_BYTES);
    return first > expected && first - expected < POSITIONS_MAX &&
           record_decode(&record, bytes_of(at + RECORD_HEADER_BYTES, length), get_u32(at + 4)) &&
           record.durable >= expected;
}

/* At every byte, since where the next record begins cannot be known: the length may be what was damaged. */
int segment_has_later(const struct segment *segment, size_t offset, size_t end, uint64_t expected, bool *found)
{
    size_t got, size = end - offset;
    CLEANUP(memory_free) uint8_t *bytes = malloc(size + 1);

    if (!bytes)
        return FAULT(FAULT_MEMORY, "no memory to check %s", segment->path);
    TRY(file_read_at(segment->fd, segment->path, offset, bytes, size, &got));
    *found = false;
    for (size_t i = 0; i < got && !*found; i++)
        *found = is_later_record(bytes + i, got - i, expected);
    return 0;
}
