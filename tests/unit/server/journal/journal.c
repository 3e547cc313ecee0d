#include "server/journal/journal.h"

#include <errno.h>
#include <string.h>

#include "common/base/fault.h"
#include "common/base/file.h"
#include "tests/unit/server/journal/sample.h"

/* What the system is told to do wrong, by the wrapped calls below; this thread only: not the journal's helper. */
static _Thread_local size_t disk_left = SIZE_MAX; /* bytes that may still be written */
static _Thread_local bool sync_fails, folders_fail;

ssize_t __real_pwrite(int fd, const void *bytes, size_t size, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t size, off_t offset);
int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
int __real_folder_sync(const char *path);
int __wrap_folder_sync(const char *path);

/* As where no more files may be open. */
int __wrap_folder_sync(const char *path)
{
    return folders_fail ? FAULT(FAULT_IO, "opening %s: too many open files", path) : __real_folder_sync(path);
}

ssize_t __wrap_pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    size_t part = size < disk_left ? size : disk_left;

    if (part == 0 && size > 0) {
        disk_left = SIZE_MAX; /* room is made */
        errno = ENOSPC;
        return -1;
    }
    disk_left -= disk_left == SIZE_MAX ? 0 : part;
    return __real_pwrite(fd, bytes, part, offset);
}

int __wrap_fdatasync(int fd)
{
    if (sync_fails) {
        errno = EIO;
        return -1;
    }
    return __real_fdatasync(fd);
}

static void gives_back_across_segments(void **state)
{
    struct journal *journal = open_with(true, false, 4096);
    struct journal_head head = { 0 }, opened;
    (void)state;

    for (unsigned i = 0; i < 200; i++)
        append(journal, 1 + i % 8);
    uint64_t last = journal_head(journal).position;
    assert_true(segments() > 5);
    for (uint64_t from = 1; from <= last; from += 37)
        assert_int_equal(read_all(from, &head), last);
    opened = journal_head(journal);
    assert_memory_equal(head.hash, opened.hash, DIGEST_BYTES);
    journal_close(journal);

    journal = open_with(false, false, 4096);
    opened = journal_head(journal);
    assert_int_equal(opened.position, last);
    assert_memory_equal(head.hash, opened.hash, DIGEST_BYTES);
    append(journal, 3);
    assert_int_equal(read_all(1, &head), last + 3);
    journal_close(journal);
}

static void chains_as_documented(void **state)
{
    struct journal *journal = open_with(true, false, 0);
    struct journal_head before = journal_head(journal), after;
    uint8_t expected[DIGEST_BYTES], input[DIGEST_BYTES + 8 + 3] = { 0 };
    struct bytes one = bytes_of("abc", 3);
    (void)state;

    assert_int_equal(before.position, 0);
    assert_int_equal(journal_append(journal, 0, &one, 1), 0);
    input[DIGEST_BYTES + 7] = 1;
    memcpy(input + DIGEST_BYTES + 8, "abc", 3);
    digest_bytes(expected, input, sizeof input);
    after = journal_head(journal);
    assert_memory_equal(after.hash, expected, DIGEST_BYTES);
    journal_close(journal);
}

static void refuses_where_it_has_moved(void **state)
{
    struct journal *journal = open_with(true, false, 0);
    struct bytes one = entry(1);
    (void)state;

    append(journal, 2);
    assert_int_equal(journal_append(journal, 1, &one, 1), JOURNAL_MOVED);
    assert_int_equal(journal_append(journal, 3, &one, 1), JOURNAL_MOVED);
    append(journal, 1);
    journal_close(journal);
}

static void refuses_what_is_too_large(void **state)
{
    static uint8_t large[JOURNAL_ENTRY_MAX + 1];
    struct journal *journal = open_with(true, false, 4096);
    struct bytes entries[130];
    (void)state;

    entries[0] = bytes_of(large, sizeof large);
    assert_int_equal(journal_append(journal, 0, entries, 1), -FAULT_INVALID);
    for (size_t i = 0; i < 130; i++)
        entries[i] = bytes_of(large, JOURNAL_ENTRY_MAX);
    assert_int_equal(journal_append(journal, 0, entries, 130), -FAULT_INVALID);
    assert_int_equal(journal_append(journal, 0, entries, 100), 0); /* larger than this segment: it grows */
    assert_int_equal(journal_append(journal, 100, entries, 1), 0);
    assert_int_equal(segments(), 2);
    journal_close(journal);
    journal = open_with(false, true, 4096);
    assert_int_equal(journal_head(journal).position, 101);
    journal_close(journal);
}

static void is_made_once(void **state)
{
    struct journal_options options = { .path = in_folder("j"), .create = true };
    struct journal *journal = open_with(true, false, 0), *second = NULL;
    struct stat status;
    (void)state;

    journal_close(journal);
    assert_int_equal(journal_open(&second, &options), JOURNAL_EXISTS);
    options.create = false;
    options.path = in_folder("other");
    assert_int_equal(journal_open(&second, &options), -FAULT_MISSING);
    assert_null(second);
    assert_int_equal(stat(in_folder("j"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
}

static void names_the_process_that_holds_it(void **state)
{
    struct journal *journal = open_with(true, false, 0);
    char expected[32];
    (void)state;

    snprintf(expected, sizeof expected, "process %ld", (long)getpid());
    assert_int_equal(open_result(), -FAULT_BUSY);
    assert_non_null(strstr(fault_message(), expected));
    journal_close(open_with(false, true, 0)); /* reading needs no lock */
    journal_close(journal);
    assert_int_equal(open_result(), 0);
}

static void follows_a_writer(void **state)
{
    struct journal *journal = open_with(true, false, 4096);
    CLEANUP(journal_reader_close) struct journal_reader *reader = NULL;
    struct journal_head head;
    struct bytes found;
    uint64_t position, expected = 0;
    (void)state;

    assert_int_equal(journal_read(&reader, in_folder("j"), 0), 0);
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(journal_read_next(reader, &position, &found, &head), JOURNAL_END);
        append(journal, 3);
        for (unsigned n = 0; n < 3; n++) {
            assert_int_equal(journal_read_next(reader, &position, &found, &head), 0);
            assert_int_equal(position, ++expected);
        }
    }
    assert_true(segments() > 2);
    journal_close(journal);
}

static void goes_on_after_a_full_disk(void **state)
{
    struct journal *journal = open_with(true, false, 4096);
    struct bytes entries[] = { entry(1), entry(2), entry(3) };
    struct journal_head head;
    size_t size;
    (void)state;

    append(journal, 2);
    for (size_t left = 0; left < 50; left++) {
        disk_left = left;
        assert_int_equal(journal_append(journal, 2, entries, 3), -FAULT_FULL);
        assert_non_null(strstr(fault_message(), "is full"));
        uint8_t *bytes = load(&size);
        for (size_t at = 64 + 8 + get_u32(bytes + 64); at < size; at++)
            assert_int_equal(bytes[at], 0);
        free(bytes);
    }
    disk_left = SIZE_MAX;
    append(journal, 3);
    assert_int_equal(read_all(1, &head), 5);
    journal_close(journal);
}

static void goes_on_where_no_segment_could_be_made(void **state)
{
    static uint8_t large[3000];
    struct journal *journal = open_with(true, false, 4096);
    struct bytes one = bytes_of(large, 1000), big = bytes_of(large, sizeof large);
    (void)state;

    assert_int_equal(journal_append(journal, 0, &one, 1), 0); /* not yet half full: no helper is at work */
    disk_left = 100;
    assert_int_equal(journal_append(journal, 1, &big, 1), -FAULT_FULL);
    assert_int_equal(segments(), 1);
    assert_int_equal(journal_append(journal, 1, &big, 1), 0);
    assert_int_equal(segments(), 2);
    journal_close(journal);
    assert_int_equal(open_result(), 0);
}

static void accepts_nothing_after_a_failed_sync(void **state)
{
    struct journal *journal = open_with(true, false, 4096);
    struct bytes one = entry(1);
    (void)state;

    sync_fails = true;
    assert_int_equal(journal_append(journal, 0, &one, 1), -FAULT_CORRUPT);
    sync_fails = false;
    assert_int_equal(journal_append(journal, journal_head(journal).position, &one, 1), -FAULT_CORRUPT);
    assert_int_equal(journal_sync(journal), -FAULT_CORRUPT); /* the system would report it to the first who asks only */
    journal_close(journal);
}

/* The name may be on disk or not: going on in the segment before could hide what is written there. */
static void accepts_nothing_where_a_new_segment_may_be_there_or_not(void **state)
{
    struct journal *journal = open_with(true, false, 4096);
    struct bytes one = entry(1);
    uint64_t written = 0;
    int result = 0;
    (void)state;

    folders_fail = true;
    while (result == 0 && written < 1000) {
        result = journal_append(journal, written, &one, 1);
        written += result == 0;
    }
    folders_fail = false;
    assert_int_equal(result, -FAULT_CORRUPT);
    assert_int_equal(journal_append(journal, written, &one, 1), -FAULT_CORRUPT);
    journal_close(journal);
    journal = open_with(false, false, 4096);
    assert_int_equal(journal_head(journal).position, written);
    assert_int_equal(journal_append(journal, written, &one, 1), 0);
    journal_close(journal);
}

/* A program that was killed may have written what it never synced: what is read at a start must be on disk. */
static void syncs_what_it_finds(void **state)
{
    struct journal *journal = open_with(true, false, 4096);
    (void)state;

    append(journal, 3);
    journal_close(journal);
    sync_fails = true;
    assert_int_equal(open_result(), -FAULT_CORRUPT);
    sync_fails = false;
    assert_int_equal(open_result(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(gives_back_across_segments),
        TEST(chains_as_documented),
        TEST(refuses_where_it_has_moved),
        TEST(refuses_what_is_too_large),
        TEST(is_made_once),
        TEST(names_the_process_that_holds_it),
        TEST(follows_a_writer),
        TEST(goes_on_after_a_full_disk),
        TEST(goes_on_where_no_segment_could_be_made),
        TEST(accepts_nothing_after_a_failed_sync),
        TEST(accepts_nothing_where_a_new_segment_may_be_there_or_not),
        TEST(syncs_what_it_finds),
    };

    return RUN_UNIT("server.journal.journal", tests);
}
