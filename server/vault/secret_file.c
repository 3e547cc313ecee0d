/*
 * secret_file.c: how the vault's files come, go, and are read. Knows nothing of what is in them. Any thread.
 */
#include "server/vault/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>

#include "common/base/cleanup.h"
#include "common/base/fault.h"

static int failed(const char *path, const char *doing)
{
    int error = errno;

    if (error == ENOSPC || error == EDQUOT)
        return FAULT(FAULT_FULL, "the disk of %s is full: make room and try again", path);
    return FAULT(FAULT_IO, "%s failed (%s): %s", path, doing, strerror(error));
}

int secret_file_path(char **out, const char *folder, const char *name)
{
    char *path;

    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return FAULT(FAULT_MEMORY, "no memory for a path in %s", folder);
    *out = path;
    return 0;
}

static int sync_folder(const char *folder)
{
    CLEANUP(fd_close) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd >= 0 && fsync(fd) == 0 ? 0 : failed(folder, "writing to disk");
}

static int write_beside(const char *path, struct bytes content)
{
    CLEANUP(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0)
        return failed(path, "making");
    for (size_t done = 0; done < content.size;) {
        ssize_t wrote = write(fd, (const uint8_t *)content.data + done, content.size - done);

        if (wrote < 0 && errno != EINTR)
            return failed(path, "writing");
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    return fsync(fd) == 0 ? 0 : failed(path, "writing to disk");
}

int secret_file_write(const char *folder, const char *name, struct bytes content)
{
    CLEANUP(memory_free) char *path = NULL;
    CLEANUP(memory_free) char *beside = NULL;
    int result;

    TRY(secret_file_path(&path, folder, name));
    if (asprintf(&beside, "%s.new", path) < 0) {
        beside = NULL;
        return FAULT(FAULT_MEMORY, "no memory for a path in %s", folder);
    }
    result = write_beside(beside, content);
    if (result == 0 && rename(beside, path) != 0)
        result = failed(path, "renaming");
    if (result < 0) {
        unlink(beside);
        return result;
    }
    return sync_folder(folder);
}

int secret_file_read(const char *folder, const char *name, void *out, size_t limit, size_t *size)
{
    CLEANUP(memory_free) char *path = NULL;
    CLEANUP(fd_close) int fd = -1;
    uint8_t *at = out;
    uint8_t more;
    size_t got = 0;

    TRY(secret_file_path(&path, folder, name));
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? SECRET_FILE_NONE : failed(path, "opening");
    for (;;) {
        ssize_t part = got < limit ? read(fd, at + got, limit - got) : read(fd, &more, 1);

        if (part == 0)
            break;
        if (part < 0 && errno != EINTR)
            return failed(path, "reading");
        if (part > 0 && got == limit)
            return FAULT(FAULT_CORRUPT, "%s is larger than it can be: restore it from a backup", path);
        got += part > 0 ? (size_t)part : 0;
    }
    *size = got;
    return 0;
}

int secret_file_remove(const char *folder, const char *name)
{
    CLEANUP(memory_free) char *path = NULL;

    TRY(secret_file_path(&path, folder, name));
    if (unlink(path) != 0)
        return errno == ENOENT ? 0 : failed(path, "removing");
    return sync_folder(folder);
}
