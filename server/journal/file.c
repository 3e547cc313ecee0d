/*
 * file.c: zeros, and a sync that is tried once. Knows nothing of segments. Any thread.
 */
#include "server/journal/file.h"

#include <errno.h>
#include <unistd.h>

#include "common/base/fault.h"

enum { ZEROS_BYTES = 64 * 1024 };

int file_zero(int fd, const char *path, size_t offset, size_t end)
{
    static const uint8_t zeros[ZEROS_BYTES];

    while (offset < end) {
        size_t size = end - offset < ZEROS_BYTES ? end - offset : ZEROS_BYTES;

        TRY(file_write(fd, path, offset, bytes_of(zeros, size)));
        offset += size;
    }
    return 0;
}

int file_sync(int fd, const char *path)
{
    if (fdatasync(fd) != 0)
        return FAULT(FAULT_CORRUPT, "%s could not be written to disk: %s; nothing more is accepted, start again", path,
                     strerror(errno));
    return 0;
}
