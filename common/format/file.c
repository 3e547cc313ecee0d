/*
 * file.c: reads and writes a whole file. Knows nothing of what is in it. Any thread.
 */
#include "common/format/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/cleanup.h"
#include "common/base/fault.h"
#include "common/base/file.h"

static int read_all(const char *path, int fd, char *bytes, size_t size)
{
    size_t got = 0;

    while (got < size) {
        ssize_t r = read(fd, bytes + got, size - got);

        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return FAULT(FAULT_IO, "%s cannot be read: %s.", path, strerror(errno));
        if (r == 0)
            return FAULT(FAULT_IO, "%s became shorter while it was read. Try again.", path);
        got += (size_t)r;
    }
    bytes[size] = '\0';
    return 0;
}

bool file_is_same(const char *path, const char *other)
{
    struct stat one, two;

    return stat(path, &one) == 0 && stat(other, &two) == 0 && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

int file_read(const char *path, size_t limit, char **out, size_t *size)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    CLEANUP(memory_free) char *bytes = NULL;
    struct stat about;

    if (fd < 0)
        return FAULT(errno == ENOENT ? FAULT_MISSING : FAULT_IO, "%s cannot be opened: %s.", path, strerror(errno));
    if (fstat(fd, &about) != 0)
        return FAULT(FAULT_IO, "%s cannot be read: %s.", path, strerror(errno));
    if (!S_ISREG(about.st_mode))
        return FAULT(FAULT_INVALID, "%s is not a file.", path);
    if ((size_t)about.st_size > limit)
        return FAULT(FAULT_INVALID, "%s is larger than %zu bytes, the most that is read.", path, limit);
    bytes = malloc((size_t)about.st_size + 1);
    if (!bytes)
        return FAULT(FAULT_MEMORY, "There is no memory to read %s.", path);
    TRY(read_all(path, fd, bytes, (size_t)about.st_size));
    *size = (size_t)about.st_size;
    *out = TAKE(&bytes);
    return 0;
}

int file_save(const char *path, struct bytes content)
{
    CLEANUP(fd_close)
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666); /* as the umask says: it is to be handed on */

    if (fd < 0)
        return file_fault(path, "writing");
    TRY(file_write(fd, path, 0, content));
    return fsync(fd) == 0 || errno == EINVAL ? 0 : file_fault(path, "writing"); /* EINVAL: a pipe, /dev/stdout */
}
