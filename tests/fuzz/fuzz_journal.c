/*
 * fuzz_journal.c: opening a journal whose only segment holds any bytes at all.
 *
 * Opening may find damage, or cut a torn tail; what it opens must then take an entry, and read back whole. An odd
 * first byte asks for right checksums, so that the fuzzer gets behind them.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "server/journal/crc32c.h"
#include "server/journal/journal.h"
#include "tests/fuzz/fuzz.h"

enum { SIZE_MAX_TRIED = 64 * 1024, HEADER = 64 };

static char folder[64], segment[128], next_segment[128]; /* the last: made where the entry does not fit the first */

static void remove_folder(void)
{
    char command[160];

    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0)
        perror(command);
}

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "%s/fuzz-journal-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    CHECK(mkdtemp(folder) != NULL);
    snprintf(segment, sizeof segment, "%s/segment-00000000000000000001", folder);
    log_set_level(LOG_ERROR);
    atexit(remove_folder);
}

static void correct_sums(uint8_t *bytes, size_t size)
{
    if (size >= HEADER)
        put_u32(bytes + 56, crc32c(bytes, 56));
    for (size_t at = HEADER; at + 8 <= size;) {
        uint32_t length = get_u32(bytes + at);

        if (length > size - at - 8)
            return;
        put_u32(bytes + at + 4, crc32c(bytes + at + 8, length));
        at += 8 + (size_t)length;
    }
}

static void write_segment(const uint8_t *data, size_t size)
{
    static uint8_t bytes[SIZE_MAX_TRIED];
    CLEANUP(fd_close) int fd = open(segment, O_CREAT | O_TRUNC | O_WRONLY, 0600);

    CHECK(fd >= 0);
    memcpy(bytes, data + 1, size - 1);
    if (data[0] & 1)
        correct_sums(bytes, size - 1);
    ssize_t wrote = write(fd, bytes, size - 1);
    CHECK(wrote == (ssize_t)(size - 1));
}

static uint64_t count_entries(void)
{
    CLEANUP(journal_reader_close) struct journal_reader *reader = NULL;
    struct journal_head head;
    struct bytes entry;
    uint64_t position, last = 0;
    int result = journal_read(&reader, folder, 1);

    CHECK(result == 0);
    while ((result = journal_read_next(reader, &position, &entry, &head)) == 0)
        CHECK(position == ++last);
    CHECK(result == JOURNAL_END);
    return last;
}

static void try_opening(void)
{
    struct journal_options options = { .path = folder, .read_only = true, .segment_bytes = 4096 };
    struct bytes entry = bytes_of("entry", 5);
    struct journal *journal = NULL;
    int looked = journal_open(&journal, &options);

    journal = journal_close(journal);
    options.read_only = false;
    int opened = journal_open(&journal, &options);
    CHECK(looked == opened); /* repair makes no difference to what is damage */
    if (opened != 0)
        return;
    uint64_t position = journal_head(journal).position;
    snprintf(next_segment, sizeof next_segment, "%s/segment-%020llu", folder, (unsigned long long)position + 1);
    int appended = journal_append(journal, position, &entry, 1);
    CHECK(appended == 0);
    journal_close(journal);
    CHECK(count_entries() == position + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > SIZE_MAX_TRIED)
        return 0;
    if (!folder[0])
        make_folder();
    write_segment(data, size);
    try_opening();
    unlink(next_segment);
    next_segment[0] = '\0';
    return 0;
}
