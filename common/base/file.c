/*
 * file.c: files by whole system calls. To replace one: write beside, fsync, rename, fsync the folder. Knows nothing of
 * what is in them. Any thread.
 */
#include "common/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "common/base/cleanup.h"
#include "common/base/fault.h"

int file_fault(const char *path, const char *doing)
{
    int error = errno;

    if (error == ENOSPC || error == EDQUOT || error == EFBIG)
        return FAULT(FAULT_FULL, "the disk of %s is full (%s): make room and try again", path, doing);
    return FAULT(FAULT_IO, "%s failed (%s): %s", path, doing, strerror(error));
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

int file_path(char **out, const char *folder, const char *name)
{
    char *path;

    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return FAULT(FAULT_MEMORY, "no memory for a path in %s", folder);
    *out = path;
    return 0;
}

int file_load(const char *folder, const char *name, void *out, size_t limit, size_t *size)
{
    CLEANUP(memory_free) char *path = NULL;
    uint8_t more;
    size_t got, beyond;

    TRY(file_path(&path, folder, name));
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT ? FILE_NONE : file_fault(path, "opening");
    TRY(file_read_at(fd, path, 0, out, limit, &got));
    TRY(file_read_at(fd, path, got, &more, 1, &beyond));
    if (beyond > 0)
        return FAULT(FAULT_CORRUPT, "%s is larger than it can be: restore it from a backup", path);
    *size = got;
    return 0;
}

static int write_synced(const char *path, struct bytes content)
{
    CLEANUP(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0)
        return file_fault(path, "making");
    TRY(file_write(fd, path, 0, content));
    return fsync(fd) == 0 ? 0 : file_fault(path, "writing to disk");
}

int file_replace(const char *folder, const char *name, struct bytes content)
{
    CLEANUP(memory_free) char *path = NULL;
    CLEANUP(memory_free) char *beside = NULL;
    int result;

    TRY(file_path(&path, folder, name));
    if (asprintf(&beside, "%s.new", path) < 0) {
        beside = NULL;
        return FAULT(FAULT_MEMORY, "no memory for a path in %s", folder);
    }
    result = write_synced(beside, content);
    if (result == 0 && rename(beside, path) != 0)
        result = file_fault(path, "renaming");
    if (result < 0) {
        unlink(beside);
        return result;
    }
    return folder_sync(folder);
}

bool file_exists(const char *folder, const char *name)
{
    CLEANUP(memory_free) char *path = NULL;

    return file_path(&path, folder, name) == 0 && access(path, F_OK) == 0;
}

int file_rename(const char *folder, const char *from, const char *to)
{
    CLEANUP(memory_free) char *source = NULL;
    CLEANUP(memory_free) char *target = NULL;

    TRY(file_path(&source, folder, from));
    TRY(file_path(&target, folder, to));
    if (rename(source, target) != 0)
        return errno == ENOENT ? 0 : file_fault(target, "renaming");
    return folder_sync(folder);
}

int file_remove(const char *folder, const char *name)
{
    CLEANUP(memory_free) char *path = NULL;

    TRY(file_path(&path, folder, name));
    if (unlink(path) != 0)
        return errno == ENOENT ? 0 : file_fault(path, "removing");
    return folder_sync(folder);
}
