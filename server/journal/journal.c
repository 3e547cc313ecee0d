/*
 * journal.c: the journal as its one writer sees it: lock, opening and repair, appending.
 *
 * Owns the folder's lock, the segment that grows, and the spare one. Knows nothing of what entries mean. One thread,
 * the writer's; only syncs are another's, and the spare is made by a third.
 */
#include "server/journal/journal.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/base/plant.h"
#include "server/journal/file.h"
#include "server/journal/lock.h"
#include "server/journal/reader.h"
#include "server/journal/spare.h"

enum { REWRITE_BYTES = 64 * 1024 };

struct journal {
    char *folder;
    int lock;                      /* descriptor; -1: read only */
    pthread_mutex_t segment_stays; /* held while it is synced, and while another takes its place */
    struct segment segment;        /* the last one; fd -1: none yet */
    size_t offset;                 /* where its next record goes */
    size_t end;                    /* how far its zeros reach */
    struct journal_head head;
    struct spare spare;
    struct buffer record;
    bool read_only;
    _Atomic uint64_t written, durable; /* positions: written, and of those on disk for certain */
    atomic_bool broken;                /* a sync failed: what is on disk is unknown */
};

struct journal_head journal_head(const struct journal *journal)
{
    return journal->head;
}

struct journal_head journal_chain(const struct journal_head *before, struct bytes entry)
{
    struct journal_head head = { .position = before->position + 1 };
    uint8_t position[8];
    struct bytes parts[] = { { before->hash, DIGEST_BYTES }, { position, sizeof position }, entry };

    put_u64(position, head.position);
    digest_parts(head.hash, parts, 3);
    return head;
}

/* Outcome JOURNAL_EXISTS where a journal, or anything else, is in the folder. */
static int make_folder(const char *path)
{
    bool empty = true;
    DIR *listing;

    if (mkdir(path, 0700) == 0)
        return 0;
    if (errno != EEXIST)
        return file_fault(path, "making the folder");
    listing = opendir(path);
    if (!listing)
        return file_fault(path, "listing");
    for (const struct dirent *file; (file = readdir(listing));)
        empty = empty && (strcmp(file->d_name, ".") == 0 || strcmp(file->d_name, "..") == 0 ||
                          strcmp(file->d_name, "lock") == 0 || strcmp(file->d_name, "spare") == 0);
    closedir(listing);
    return empty ? 0 : JOURNAL_EXISTS;
}

static int refuse_broken(const struct journal *journal)
{
    return FAULT(FAULT_CORRUPT, "the journal %s accepts nothing after a failed sync: start again", journal->folder);
}

/* Under the lock, and not again after a failure: the system reports that once, to whoever asks first. */
static int sync_segment(struct journal *journal)
{
    uint64_t written = atomic_load(&journal->written);
    int result;

    pthread_mutex_lock(&journal->segment_stays);
    if (atomic_load(&journal->broken))
        result = refuse_broken(journal);
    else
        result = file_sync(journal->segment.fd, journal->segment.path);
    if (result < 0)
        atomic_store(&journal->broken, true);
    else if (written > atomic_load(&journal->durable))
        atomic_store(&journal->durable, written);
    pthread_mutex_unlock(&journal->segment_stays);
    return result;
}

/* What was written to the last one is on disk before the next one is there: a journal has no holes. */
static int add_segment(struct journal *journal)
{
    struct segment next;
    int fd;

    if (journal->segment.fd >= 0)
        TRY(sync_segment(journal));
    TRY(spare_take(&journal->spare, &fd));
    TRY(segment_make(&next, journal->folder, &journal->head, fd, journal->spare.path));
    pthread_mutex_lock(&journal->segment_stays);
    segment_close(&journal->segment);
    journal->segment = next;
    pthread_mutex_unlock(&journal->segment_stays);
    journal->offset = SEGMENT_HEADER_BYTES;
    journal->end = journal->spare.size;
    return 0;
}

/*
 * From here on what was read counts as on disk. A program that was killed may not have synced it, and after a sync that
 * failed the system holds pages for written that are not: so it is written again. Earlier segments were synced before the
 * next one was there.
 */
static int write_again(struct journal *journal)
{
    const struct segment *segment = &journal->segment;
    uint8_t bytes[REWRITE_BYTES];
    size_t got;

    for (size_t offset = 0; offset < journal->offset; offset += got) {
        size_t left = journal->offset - offset;

        TRY(file_read_at(segment->fd, segment->path, offset, bytes, left < sizeof bytes ? left : sizeof bytes, &got));
        if (got == 0)
            return FAULT(FAULT_CORRUPT, "%s became shorter while it was read", segment->path);
        TRY(file_write(segment->fd, segment->path, offset, bytes_of(bytes, got)));
    }
    return 0;
}

/* Zeroes what a crash left after the last whole record: the reader has seen that it was never on disk for certain. */
static int settle_tail(struct journal *journal)
{
    struct segment *segment = &journal->segment;
    struct stat status;
    size_t torn_end;

    if (fstat(segment->fd, &status) != 0)
        return file_fault(segment->path, "looking at it");
    journal->end = (size_t)status.st_size;
    TRY(segment_used_end(segment, journal->offset, &torn_end));
    if (journal->read_only)
        return 0;
    TRY(write_again(journal));
    TRY(file_zero(segment->fd, segment->path, journal->offset, torn_end));
    atomic_store(&journal->written, journal->head.position);
    TRY(sync_segment(journal));
    if (torn_end == journal->offset)
        return 0;
    LOG_EVENT(LOG_WARNING, "journal.torn", TEXT("file", segment->path), U64("offset", journal->offset),
              U64("bytes", torn_end - journal->offset), U64("position", journal->head.position));
    return 0;
}

/* Reads the last segment whole. */
static int find_head(struct journal *journal, uint64_t at_least)
{
    CLEANUP(journal_reader_close) struct journal_reader *reader = NULL;
    struct journal_head head;
    struct bytes entry;
    uint64_t position;
    int result;

    TRY(reader_open(&reader, journal->folder, UINT64_MAX, !journal->read_only));
    do
        result = journal_read_next(reader, &position, &entry, &head);
    while (result == 0);
    if (result < 0)
        return result;
    journal->segment = reader->segment; /* the reader gives it away */
    buffer_done(&journal->segment.buffer);
    reader->segment = (struct segment){ .fd = -1 };
    journal->offset = reader->offset;
    journal->head = reader->head;
    if (journal->head.position < at_least)
        return FAULT(
            FAULT_CORRUPT,
            "%s is damaged at byte %zu: it ends with entry %" PRIu64 ", and when the server was stopped it had %" PRIu64
            ", all on disk. Restore this file from a backup. Where the last entries are lost for good, the server "
            "goes on without them after: cimonitord rebuild",
            journal->segment.path, journal->offset, journal->head.position, at_least);
    return settle_tail(journal);
}

static int open_folder(struct journal *journal, const struct journal_options *options)
{
    if (options->create) {
        int result = make_folder(options->path);

        if (result != 0)
            return result;
    }
    if (!options->read_only)
        TRY(lock_folder(&journal->lock, options->path));
    return options->create ? add_segment(journal) : find_head(journal, options->at_least);
}

int journal_open(struct journal **out, const struct journal_options *options)
{
    size_t segment_bytes = options->segment_bytes ? options->segment_bytes : JOURNAL_SEGMENT_BYTES;
    CLEANUP(journal_close) struct journal *journal = calloc(1, sizeof *journal);
    int result;

    CHECK(!(options->create && options->read_only));
    CHECK(segment_bytes >= SEGMENT_HEADER_BYTES);
    if (!journal)
        return FAULT(FAULT_MEMORY, "no memory to open the journal %s", options->path);
    pthread_mutex_init(&journal->segment_stays, NULL);
    journal->lock = journal->segment.fd = -1;
    journal->read_only = options->read_only;
    buffer_init(&journal->record, RECORD_HEADER_BYTES + JOURNAL_RECORD_MAX);
    TRY(spare_init(&journal->spare, options->path, segment_bytes));
    journal->folder = strdup(options->path);
    if (!journal->folder)
        return FAULT(FAULT_MEMORY, "no memory to open the journal %s", options->path);
    result = open_folder(journal, options);
    if (result == 0)
        *out = TAKE(&journal);
    return result;
}

struct journal *journal_close(struct journal *journal)
{
    if (!journal)
        return NULL;
    spare_done(&journal->spare);
    segment_close(&journal->segment);
    buffer_done(&journal->record);
    pthread_mutex_destroy(&journal->segment_stays);
    fd_close_at(&journal->lock);
    free(journal->folder);
    free(journal);
    return NULL;
}

/* After a write that failed midway: zeros again, and on disk, before anything else is written there. */
static int cut_back(struct journal *journal, size_t size)
{
    const struct segment *segment = &journal->segment;
    size_t end = journal->offset + size < journal->end ? journal->offset + size : journal->end;

    if (ftruncate(segment->fd, (off_t)journal->end) != 0)
        return file_fault(segment->path, "cutting it back");
    TRY(file_zero(segment->fd, segment->path, journal->offset, end));
    return sync_segment(journal);
}

static int write_record(struct journal *journal, struct bytes record)
{
    const struct segment *segment = &journal->segment;
    int result = file_write(segment->fd, segment->path, journal->offset, record);

    if (result == 0)
        return 0;
    char why[512];
    snprintf(why, sizeof why, "%s", fault_message());
    if (cut_back(journal, record.size) < 0)
        return FAULT(FAULT_CORRUPT, "%s could not be cut back after a failed write: %s; start again", segment->path,
                     why);
    return fault_report((enum fault) - result, __FILE__, __LINE__, "%s", why);
}

static int append_record(struct journal *journal, struct bytes record)
{
    bool empty = journal->offset == SEGMENT_HEADER_BYTES;

    if (!empty && journal->offset + record.size > journal->end)
        TRY(add_segment(journal));
    TRY(write_record(journal, record)); /* one larger than a whole segment makes its own longer */
    journal->offset += record.size;
    if (journal->end < journal->offset)
        journal->end = journal->offset;
    if (journal->offset > journal->end / 2)
        spare_start(&journal->spare);
    return 0;
}

int journal_write(struct journal *journal, uint64_t expected, const struct bytes *entries, size_t count)
{
    int result;

    CHECK(!journal->read_only);
    if (atomic_load(&journal->broken))
        return refuse_broken(journal);
    if (expected != journal->head.position)
        return JOURNAL_MOVED;
    if (count == 0)
        return 0;
    buffer_consume(&journal->record, buffer_size(&journal->record));
    TRY(record_encode(&journal->record, expected + 1, atomic_load(&journal->durable), entries, count));
    result = append_record(journal, bytes_of(buffer_data(&journal->record), buffer_size(&journal->record)));
    if (result == -FAULT_CORRUPT)
        atomic_store(&journal->broken, true);
    TRY(result);
    for (size_t i = 0; i < count; i++)
        journal->head = journal_chain(&journal->head, entries[i]);
    atomic_store(&journal->written, journal->head.position);
    return 0;
}

int journal_sync(struct journal *journal)
{
    return PLANTED(REPLY_BEFORE_SYNC) ? 0 : sync_segment(journal);
}

int journal_append(struct journal *journal, uint64_t expected, const struct bytes *entries, size_t count)
{
    int result = journal_write(journal, expected, entries, count);

    return result == 0 && count > 0 ? journal_sync(journal) : result;
}
