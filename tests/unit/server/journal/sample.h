/*
 * sample.h: a journal in the test's folder, and its first segment as bytes.
 */
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/fault.h"
#include "server/journal/journal.h"
#include "tests/support/folder.h"

static inline struct journal *open_with(bool create, bool read_only, size_t segment_bytes)
{
    struct journal_options options = { .path = in_folder("j"), create, read_only, segment_bytes };
    struct journal *journal = NULL;
    int result = journal_open(&journal, &options);

    if (result != 0)
        print_message("%s\n", fault_message());
    assert_int_equal(result, 0);
    return journal;
}

static inline int open_result(void)
{
    struct journal_options options = { .path = in_folder("j"), .segment_bytes = 4096 };
    struct journal *journal = NULL;
    int result = journal_open(&journal, &options);

    journal_close(journal);
    return result;
}

/* Entry n holds "entry n", and up to n % 50 more bytes. */
static inline struct bytes entry(uint64_t n)
{
    static char texts[8][100];
    char *text = texts[n % 8];
    int size = snprintf(text, sizeof texts[0], "entry %llu", (unsigned long long)n);

    memset(text + size, 'x', 50);
    return bytes_of(text, (size_t)size + n % 50);
}

static inline void write_only(struct journal *journal, size_t count)
{
    uint64_t head = journal_head(journal).position;
    struct bytes entries[8];

    assert_true(count <= 8);
    for (size_t i = 0; i < count; i++)
        entries[i] = entry(head + 1 + i);
    assert_int_equal(journal_write(journal, head, entries, count), 0);
    assert_int_equal(journal_head(journal).position, head + count);
}

static inline void append(struct journal *journal, size_t count)
{
    write_only(journal, count);
    assert_int_equal(journal_sync(journal), 0);
}

/* Reads all from `from`; the last position read, or the fault. */
static inline int64_t read_all(uint64_t from, struct journal_head *head)
{
    CLEANUP(journal_reader_close) struct journal_reader *reader = NULL;
    uint64_t expected = from, position;
    struct bytes found;
    int result = journal_read(&reader, in_folder("j"), from);

    if (result < 0)
        return result;
    while ((result = journal_read_next(reader, &position, &found, head)) == 0) {
        assert_int_equal(position, expected);
        assert_int_equal(head->position, position);
        assert_true(bytes_equal(found, entry(position)));
        expected++;
    }
    return result < 0 ? result : (int64_t)expected - 1;
}

static inline unsigned segments(void)
{
    DIR *listing = opendir(in_folder("j"));
    unsigned count = 0;

    for (struct dirent *file; (file = readdir(listing));)
        count += strncmp(file->d_name, "segment-", 8) == 0;
    closedir(listing);
    return count;
}

/* The only segment, as bytes. */
static inline uint8_t *load(size_t *size)
{
    int fd = open(in_folder("j/segment-00000000000000000001"), O_RDONLY);
    struct stat status;

    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &status), 0);
    *size = (size_t)status.st_size;
    uint8_t *bytes = malloc(*size);
    assert_int_equal(pread(fd, bytes, *size, 0), *size);
    close(fd);
    return bytes;
}

static inline void store(const uint8_t *bytes, size_t size)
{
    int fd = open(in_folder("j/segment-00000000000000000001"), O_WRONLY | O_TRUNC);

    assert_int_equal(pwrite(fd, bytes, size, 0), size);
    close(fd);
}
