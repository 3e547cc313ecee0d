/*
 * journal.h: the server's truth: entries in order, each chained to the one before.
 *
 * Owns the folder of segment files and its lock. Knows nothing of what entries mean. One thread appends (the
 * writer); reading is for replay and for commands, through a reader of its own on any thread.
 *
 * File format (all numbers big-endian). A segment file "segment-<first position, 20 digits>" is made of zeros and
 * filled from the front:
 *   header, 64 bytes: magic "CIJRNL1\n", format u32 (1), reserved u32, first position u64, hash before it (32), CRC32C of those u32, 4 zero bytes
 *   records: length u32 (of what follows the CRC), CRC32C u32 (of the payload), payload:
 *            first position u64, count u32, position known to be on disk when it was written u64,
 *            then per entry: size u32, bytes
 *   A record never crosses a segment. Length 0 ends the segment.
 * hash(n) = SHA-256(hash(n−1) ‖ n as u64 ‖ bytes of entry n); hash(0) = 32 zero bytes.
 */
#pragma once

#include <stdint.h>

#include "common/base/bytes.h"
#include "common/base/cleanup.h"
#include "common/base/digest.h"

struct journal;

enum {
    JOURNAL_ENTRY_MAX = 64 * 1024,        /* an edit is at most 48 KiB; the heads after it under 2 KiB */
    JOURNAL_RECORD_MAX = 8 * 1024 * 1024, /* one batch */
    JOURNAL_SEGMENT_BYTES = 16 * 1024 * 1024,
};

struct journal_options {
    const char *path;     /* folder */
    bool create;          /* make it; outcome JOURNAL_EXISTS where it is not empty */
    bool read_only;       /* no lock, no repair: for commands beside a running server */
    size_t segment_bytes; /* 0: JOURNAL_SEGMENT_BYTES; tests use small ones */
    uint64_t at_least; /* entries that it certainly had: FAULT_CORRUPT where it ends sooner, and nothing is changed */
};

enum journal_outcome {
    JOURNAL_EXISTS = 1, /* journal_open with create: there is one already */
    JOURNAL_MOVED,      /* journal_write: the head is not where the caller thought */
    JOURNAL_END,        /* journal_read_next: no further entry */
};

/*
 * Opens and checks the last segment whole. From the first bad record: if a valid one follows, that is damage
 * (FAULT_CORRUPT, the message names file, offset, position and the way out); otherwise the tail is torn: it is
 * zeroed to the segment's end, synced, and logged (journal.torn). FAULT_BUSY names the process that holds the lock.
 */
int journal_open(struct journal **out, const struct journal_options *options);
struct journal *journal_close(struct journal *journal);
DEFINE_CLEANUP(struct journal, journal_close)

struct journal_head {
    uint64_t position; /* of the last entry; 0: empty */
    uint8_t hash[DIGEST_BYTES];
};
struct journal_head journal_head(const struct journal *journal);

/* The head after one more entry: pure. */
struct journal_head journal_chain(const struct journal_head *before, struct bytes entry);

/*
 * Appends one batch as one record. `expected`: position of the head that the batch was decided on. It is on disk after the
 * next journal_sync; until then nothing of it may be acknowledged. On FAULT_FULL and FAULT_IO of a write the journal is
 * cut back and synced and can be used on.
 */
int journal_write(struct journal *journal, uint64_t expected, const struct bytes *entries, size_t count);
/*
 * Everything written before is on disk after 0. Any one thread, also while another writes. After a failed sync
 * (FAULT_CORRUPT) the process must exit: nothing more is accepted.
 */
int journal_sync(struct journal *journal);
/* Both. */
int journal_append(struct journal *journal, uint64_t expected, const struct bytes *entries, size_t count);

/* Reads entries from a position on, checking CRC and chain; `journal_read_next` gives bytes that live until the next call. */
struct journal_reader;
int journal_read(struct journal_reader **out, const char *path, uint64_t from);
struct journal_reader *journal_reader_close(struct journal_reader *reader);
DEFINE_CLEANUP(struct journal_reader, journal_reader_close)
int journal_read_next(struct journal_reader *reader, uint64_t *position, struct bytes *entry,
                      struct journal_head *head);
