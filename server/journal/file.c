/*
 * file.c: the system calls of the journal, whole and with their faults. Knows nothing of segments. Any thread.
 */
#include "server/journal/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/base/cleanup.h"
#include "common/base/fault.h"

enum { ZEROS_BYTES = 64 * 1024 };

int file_fault(const char *path, const char *doing)
{
    int error = errno;

    if (error == ENOSPC || error == EDQUOT || error == EFBIG)
        return FAULT(FAULT_FULL, "the disk of %s is full (%s): make room and try again", path, doing);
    return FAULT(FAULT_IO, "%s failed (%s): %s", path, doing, strerror(error));
}

int file_write(int fd, const char *path, size_t offset, struct bytes bytes)
{
    const uint8_t *at = bytes.data;

    for (size_t done = 0; done < bytes.size;) {
        ssize_t wrote = pwrite(fd, at + done, bytes.size - done, (off_t)(offset + done));

        if (wrote < 0 && errno != EINTR)
            return file_fault(path, "writing");
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    return 0;
}

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

int file_read_at(int fd, const char *path, size_t offset, void *out, size_t size, size_t *got)
{
    *got = 0;
    while (*got < size) {
        ssize_t more = pread(fd, (uint8_t *)out + *got, size - *got, (off_t)(offset + *got));

        if (more == 0)
            break;
        if (more < 0 && errno != EINTR)
            return file_fault(path, "reading");
        *got += more > 0 ? (size_t)more : 0;
    }
    return 0;
}

int folder_sync(const char *folder)
{
    CLEANUP(fd_close) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return file_fault(folder, "opening");
    if (fsync(fd) != 0)
        return FAULT(FAULT_CORRUPT, "the folder %s could not be written to disk: %s; start again", folder,
                     strerror(errno));
    return 0;
}
