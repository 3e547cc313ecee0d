/*
 * copy.c: reading, hashing, writing, syncing, in pieces. Knows nothing of what the files are.
 */
#include "server/backup/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/base/cleanup.h"
#include "common/base/fault.h"
#include "common/base/file.h"

enum { PIECE_BYTES = 1024 * 1024, FOLDERS_OPEN_MAX = 8 };

static inline EVP_MD_CTX *digest_free(EVP_MD_CTX *digest)
{
    EVP_MD_CTX_free(digest);
    return NULL;
}
DEFINE_CLEANUP(EVP_MD_CTX, digest_free)

struct way {
    const char *from, *to; /* to: NULL: read alone */
    int source, target;
    uint64_t bytes, got;
    const struct counting *counting;
};

static int go(struct way *way, EVP_MD_CTX *digest)
{
    CLEANUP(memory_free) uint8_t *piece = malloc(PIECE_BYTES);
    size_t got;

    if (!piece)
        return FAULT(FAULT_MEMORY, "no memory to copy %s", way->from);
    do {
        uint64_t left = way->bytes - way->got;

        TRY(file_read_at(way->source, way->from, way->got, piece, left < PIECE_BYTES ? left : PIECE_BYTES, &got));
        CHECK(EVP_DigestUpdate(digest, piece, got) == 1);
        if (way->to)
            TRY(file_write(way->target, way->to, way->got, bytes_of(piece, got)));
        way->got += got;
        if (way->counting && way->counting->more)
            way->counting->more(way->counting->context, got);
    } while (got > 0 && way->got < way->bytes);
    return 0;
}

static int go_with_digest(struct way *way, uint8_t out[DIGEST_BYTES])
{
    CLEANUP(digest_free) EVP_MD_CTX *digest = EVP_MD_CTX_new();

    if (!digest || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1)
        return FAULT(FAULT_MEMORY, "no memory to copy %s", way->from);
    way->source = open(way->from, O_RDONLY | O_CLOEXEC);
    if (way->source < 0)
        return errno == ENOENT ? FAULT(FAULT_MISSING, "%s is missing", way->from) : file_fault(way->from, "opening");
    if (!way->to)
        posix_fadvise(way->source, 0, 0, POSIX_FADV_DONTNEED);
    int result = go(way, digest);

    close(way->source);
    CHECK(EVP_DigestFinal_ex(digest, out, NULL) == 1);
    return result;
}

int copy_digest(const char *path, uint64_t bytes, const struct counting *counting, uint8_t digest[DIGEST_BYTES],
                uint64_t *got)
{
    struct way way = { .from = path, .bytes = bytes, .counting = counting };

    TRY(go_with_digest(&way, digest));
    *got = way.got;
    return 0;
}

static int copy(struct way *way, uint8_t digest[DIGEST_BYTES])
{
    TRY(go_with_digest(way, digest));
    if (way->got < way->bytes)
        return FAULT(FAULT_CORRUPT, "%s is shorter than it should be", way->from);
    return fsync(way->target) == 0 ? 0 : file_fault(way->to, "writing to disk");
}

int copy_file(const char *from, const char *to, uint64_t bytes, const struct counting *counting,
              uint8_t digest[DIGEST_BYTES])
{
    CLEANUP(fd_close) int target = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct way way = { .from = from, .to = to, .target = target, .bytes = bytes, .counting = counting };
    int result;

    if (target < 0)
        return file_fault(to, "making");
    result = copy(&way, digest);
    if (result < 0)
        unlink(to);
    return result;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status, (void)type, (void)place;
    return remove(path) == 0 || errno == ENOENT ? 0 : file_fault(path, "removing");
}

int copy_remove(const char *path)
{
    int result = nftw(path, remove_one, FOLDERS_OPEN_MAX, FTW_DEPTH | FTW_PHYS);

    return result == -1 && errno != ENOENT ? file_fault(path, "removing") : result < -1 ? result : 0;
}
