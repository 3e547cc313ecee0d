/*
 * mark.c: one line: layout, state, boot id, inode of the view's file. Another inode is another file, put there by a hand
 * or a backup.
 */
#include "server/ledger/mark.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/cleanup.h"
#include "common/base/fault.h"
#include "server/ledger/tables.h"

enum { MARK_SIZE = 128 };

static int file_read(const char *path, char *out, size_t size)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, out, size - 1);

    if (got < 0)
        return FAULT(FAULT_IO, "%s cannot be read: %s", path, strerror(errno));
    out[got] = '\0';
    return 0;
}

static int mark_print(const char *folder, bool clean, char out[MARK_SIZE])
{
    char path[PATH_MAX], boot[40] = "";
    struct stat status;

    TRY(file_read("/proc/sys/kernel/random/boot_id", boot, sizeof boot));
    boot[strcspn(boot, "\n")] = '\0';
    snprintf(path, sizeof path, "%s/view/data.mdb", folder);
    if (stat(path, &status) < 0)
        return FAULT(FAULT_IO, "%s: %s", path, strerror(errno));
    snprintf(out, MARK_SIZE, "layout=%d state=%s boot=%s inode=%ju\n", LEDGER_LAYOUT, clean ? "clean" : "open",
             clean ? "any" : boot, (uintmax_t)status.st_ino);
    return 0;
}

bool mark_is_trusted(const char *folder)
{
    char path[PATH_MAX], found[MARK_SIZE], clean[MARK_SIZE], open_now[MARK_SIZE];

    snprintf(path, sizeof path, "%s/view.mark", folder);
    if (access(path, F_OK) != 0 || file_read(path, found, sizeof found) < 0 || mark_print(folder, true, clean) < 0 ||
        mark_print(folder, false, open_now) < 0)
        return false;
    return strcmp(found, clean) == 0 || strcmp(found, open_now) == 0;
}

static int write_synced(const char *path, const char *text)
{
    CLEANUP(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t size = strlen(text);

    if (fd < 0 || write(fd, text, size) != (ssize_t)size || fsync(fd) < 0)
        return FAULT(FAULT_IO, "%s cannot be written: %s", path, strerror(errno));
    return 0;
}

int mark_write(const char *folder, bool clean)
{
    CLEANUP(fd_close) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char path[PATH_MAX], written[PATH_MAX], text[MARK_SIZE];

    snprintf(path, sizeof path, "%s/view.mark", folder);
    snprintf(written, sizeof written, "%s/view.mark.new", folder);
    TRY(mark_print(folder, clean, text));
    TRY(write_synced(written, text));
    if (fd < 0 || rename(written, path) < 0 || fsync(fd) < 0)
        return FAULT(FAULT_IO, "%s cannot be written: %s", path, strerror(errno));
    return 0;
}
