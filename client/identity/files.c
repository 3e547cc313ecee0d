/*
 * files.c: write, fsync, rename, fsync the folder: after a crash a file is the old one or the new one. Any thread.
 */
#include "client/identity/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/cleanup.h"
#include "common/base/fault.h"

static int path_join(char out[PATH_MAX], const char *folder, const char *name)
{
    if (snprintf(out, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
        return FAULT(FAULT_INVALID, "the path of %s is too long", folder);
    return 0;
}

static int io_fault(const char *doing, const char *path)
{
    return FAULT(errno == ENOSPC ? FAULT_FULL : FAULT_IO, "cannot %s %s: %s", doing, path, strerror(errno));
}

int files_read(const char *folder, const char *name, struct buffer *out)
{
    char path[PATH_MAX];

    TRY(path_join(path, folder, name));
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT ? FILES_NONE : io_fault("read", path);
    buffer_init(out, FILE_BYTES_MAX);
    for (;;) {
        uint8_t *room = buffer_reserve(out, 4096);
        ssize_t size = room ? read(fd, room, 4096) : -1;

        if (size == 0)
            return 0;
        if (size < 0) {
            buffer_done(out);
            return room ? io_fault("read", path)
                        : FAULT(FAULT_INVALID, "%s is too large to be what it should be", path);
        }
        buffer_commit(out, (size_t)size);
    }
}

static int sync_folder(const char *folder)
{
    CLEANUP(fd_close) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd < 0 || fsync(fd) != 0 ? io_fault("save in", folder) : 0;
}

int files_write(const char *folder, const char *name, struct bytes content)
{
    char path[PATH_MAX], temporary[PATH_MAX];

    TRY(path_join(path, folder, name));
    if (snprintf(temporary, sizeof temporary, "%s/%s.new", folder, name) >= PATH_MAX)
        return FAULT(FAULT_INVALID, "the path of %s is too long", folder);
    CLEANUP(fd_close) int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0)
        return io_fault("write", temporary);
    for (size_t done = 0; done < content.size;) {
        ssize_t size = write(fd, (const uint8_t *)content.data + done, content.size - done);

        if (size < 0)
            return io_fault("write", temporary);
        done += (size_t)size;
    }
    if (fsync(fd) != 0 || rename(temporary, path) != 0)
        return io_fault("write", path);
    return sync_folder(folder);
}

int files_rename(const char *folder, const char *from, const char *to)
{
    char source[PATH_MAX], target[PATH_MAX];

    TRY(path_join(source, folder, from));
    TRY(path_join(target, folder, to));
    if (rename(source, target) != 0)
        return errno == ENOENT ? 0 : io_fault("write", target);
    return sync_folder(folder);
}

bool files_exist(const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct stat status;

    return snprintf(path, sizeof path, "%s/%s", folder, name) < PATH_MAX && stat(path, &status) == 0;
}
