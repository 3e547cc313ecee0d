/*
 * lock.c: the file "lock" in the journal's folder: flock'ed, and holding the owner's process id for people.
 */
#include "server/journal/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>

#include "common/base/cleanup.h"
#include "common/base/fault.h"
#include "server/journal/file.h"

static int name_holder(int fd, const char *folder)
{
    char holder[32] = "";
    size_t got;

    TRY(file_read_at(fd, folder, 0, holder, sizeof holder - 1, &got));
    return FAULT(FAULT_BUSY, "the journal %s is in use by process %ld: stop that one first", folder,
                 strtol(holder, NULL, 10));
}

int lock_folder(int *out_fd, const char *folder)
{
    CLEANUP(memory_free) char *path = NULL;
    CLEANUP(fd_close) int fd = -1;
    char mine[32];
    int size = snprintf(mine, sizeof mine, "%ld\n", (long)getpid());

    TRY(file_path(&path, folder, "lock"));
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 && errno == ENOENT)
        return FAULT(FAULT_MISSING, "there is no journal at %s", folder);
    if (fd < 0)
        return file_fault(path, "opening");
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? name_holder(fd, folder) : file_fault(path, "locking");
    if (ftruncate(fd, 0) != 0)
        return file_fault(path, "writing");
    TRY(file_write(fd, path, 0, bytes_of(mine, (size_t)size)));
    *out_fd = fd;
    fd = -1;
    return 0;
}
