/*
 * reserve.c: room on the disk for what LMDB takes without asking, before it does.
 *
 * LMDB makes its lock file sparse, maps it and writes to it: on a full disk that is a SIGBUS. And a new data file of which
 * only the first of its two head pages could be written is no store any more. So the blocks of both are asked for
 * first; sizes and contents stay LMDB's. While opening only, and before the environment is open: closing a descriptor
 * of the lock file lets go of the locks that this process has on it.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fault.h"
#include "common/base/file.h"
#include "common/store/environment.h"

enum { READER_BYTES = 64, LOCK_HEAD_BYTES = 192, HEAD_PAGES = 2, BLOCK_BYTES = 512 };

/* A disk that cannot promise room is left to show what it has. */
static int reserve(const char *path, int fd, off_t bytes)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return file_fault(path, "looking at it");
    if (status.st_blocks * BLOCK_BYTES >= bytes || fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, bytes) == 0 ||
        errno == EOPNOTSUPP)
        return 0;
    return file_fault(path, "making it");
}

/* A file that cannot be opened is LMDB's to name: what is wrong with it depends on what it is for. */
static int reserve_file(const struct store *store, const char *name, bool create, off_t bytes, bool *opened)
{
    CLEANUP(memory_free) char *path = NULL;
    int fd, result;

    TRY(file_path(&path, store->path, name));
    fd = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0600);
    *opened = fd >= 0;
    if (fd < 0)
        return 0;
    result = reserve(path, fd, bytes);
    close(fd);
    return result;
}

int store_reserve(const struct store *store, unsigned readers, bool read_only)
{
    off_t lock_bytes = LOCK_HEAD_BYTES + (off_t)readers * READER_BYTES;
    bool opened;

    TRY(reserve_file(store, "data.mdb", !read_only, HEAD_PAGES * sysconf(_SC_PAGESIZE), &opened));
    return opened ? reserve_file(store, "lock.mdb", true, lock_bytes, &opened) : 0;
}
