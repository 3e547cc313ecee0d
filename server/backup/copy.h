/*
 * copy.h: files copied with their digest, and what else is done to files of a backup. Any thread.
 */
#pragma once

#include <stddef.h>

#include "common/base/digest.h"

/* Called with the bytes done since the call before. */
struct counting {
    void (*more)(void *context, uint64_t bytes); /* may be NULL */
    void *context;
};

/*
 * The first `bytes` of a file, or all of it up to `bytes`; `*got`: how many there were. The cache is passed over where the
 * kernel lets it, so that what is read is what is on the disk.
 */
int copy_digest(const char *path, uint64_t bytes, const struct counting *counting, uint8_t digest[DIGEST_BYTES],
                uint64_t *got);
/*
 * The first `bytes` of a file into a new one, durably (the folder's names are the caller's to sync), with the digest of
 * what was read. FAULT_CORRUPT where the file is shorter. What is half written after a fault is removed.
 */
int copy_file(const char *from, const char *to, uint64_t bytes, const struct counting *counting,
              uint8_t digest[DIGEST_BYTES]);
/* A folder and all that is in it; links themselves, not what they lead to. Nothing there is no fault. */
int copy_remove(const char *path);
