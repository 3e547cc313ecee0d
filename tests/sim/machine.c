/*
 * machine.c: the wrapped system calls. Watches the main thread alone: the journal's helper only makes zeros.
 */
#include "tests/sim/machine.h"

#include <errno.h>
#include <lmdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "common/base/check.h"

enum { UNSYNCED_MAX = 256 };

static struct {
    struct chance chance;
    uint64_t now_ms;
    enum machine_point point;
    char folder[256];
    unsigned countdown;
    void (*reached)(void *context);
    void *context;
    struct unsynced unsynced[UNSYNCED_MAX];
    size_t unsynced_count;
    bool disk_stands_still;
} machine;

static __thread bool is_main;

ssize_t __wrap_getrandom(void *out, size_t size, unsigned flags);
int __wrap_clock_gettime(clockid_t clock, struct timespec *out);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t size, off_t offset);
int __wrap_fdatasync(int fd);
int __wrap_mdb_txn_commit(MDB_txn *txn);
ssize_t __real_pwrite(int fd, const void *bytes, size_t size, off_t offset);
int __real_mdb_txn_commit(MDB_txn *txn);

void machine_seed(uint64_t seed)
{
    machine.chance.state = seed;
    is_main = true;
}

void machine_set_time(uint64_t now_ms)
{
    machine.now_ms = now_ms;
}

uint64_t machine_time(void)
{
    return machine.now_ms;
}

ssize_t __wrap_getrandom(void *out, size_t size, unsigned flags)
{
    uint8_t *at = out;

    (void)flags;
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(chance_next(&machine.chance) >> 32);
    return (ssize_t)size;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *out)
{
    (void)clock;
    out->tv_sec = (time_t)(machine.now_ms / 1000);
    out->tv_nsec = (long)(machine.now_ms % 1000) * 1000000;
    return 0;
}

/* ---- the point ---- */

void machine_arm(enum machine_point point, const char *folder, unsigned countdown, void (*reached)(void *context),
                 void *context)
{
    machine.point = point;
    snprintf(machine.folder, sizeof machine.folder, "%s", folder);
    machine.countdown = countdown;
    machine.reached = reached;
    machine.context = context;
}

bool machine_disarm(void)
{
    bool armed = machine.point != POINT_NONE;

    machine.point = POINT_NONE;
    return armed;
}

static void pass(enum machine_point point, const char *path)
{
    if (!is_main || machine.point != point || strncmp(path, machine.folder, strlen(machine.folder)) != 0 ||
        --machine.countdown > 0)
        return;
    machine.point = POINT_NONE;
    machine.reached(machine.context);
}

int __wrap_mdb_txn_commit(MDB_txn *txn)
{
    const char *at = "";
    char path[256];
    int result;

    mdb_env_get_path(mdb_txn_env(txn), &at);
    snprintf(path, sizeof path, "%s", at);
    pass(POINT_COMMIT, path);
    result = __real_mdb_txn_commit(txn);
    pass(POINT_COMMITTED, path);
    return result;
}

/* ---- the disk ---- */

/* The path behind a descriptor where it is a segment of a journal. */
static bool is_segment(int fd, char path[256])
{
    char link[40];
    ssize_t length;

    if (!is_main)
        return false;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, 255);
    if (length < 0)
        return false;
    path[length] = '\0';
    return strstr(path, "/segment-") != NULL;
}

static void note_unsynced(int fd, const char *path, size_t size, off_t offset)
{
    struct unsynced *note = &machine.unsynced[machine.unsynced_count++];
    struct stat status;
    ssize_t got;

    CHECK(machine.unsynced_count <= UNSYNCED_MAX);
    CHECK(fstat(fd, &status) == 0);
    snprintf(note->path, sizeof note->path, "%s", path);
    note->offset = (size_t)offset;
    note->size = size;
    note->file_size = (size_t)status.st_size;
    note->before = calloc(1, size + 1);
    CHECK(note->before != NULL);
    got = pread(fd, note->before, size, offset);
    CHECK(got >= 0);
}

ssize_t __wrap_pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    char path[256];

    if (is_segment(fd, path)) {
        pass(POINT_WRITE, path);
        if (!machine.disk_stands_still)
            note_unsynced(fd, path, size, offset);
    }
    return __real_pwrite(fd, bytes, size, offset);
}

static void forget(const char *path)
{
    size_t kept = 0;

    for (size_t i = 0; i < machine.unsynced_count; i++) {
        struct unsynced *note = &machine.unsynced[i];

        if (!path || strcmp(note->path, path) == 0)
            free(note->before);
        else
            machine.unsynced[kept++] = *note;
    }
    machine.unsynced_count = kept;
}

/* There is no platter under a simulated disk: what counts is that it was asked for. */
int __wrap_fdatasync(int fd)
{
    char path[256];

    if (is_segment(fd, path)) {
        pass(POINT_SYNC, path);
        if (!machine.disk_stands_still)
            forget(path);
    }
    return 0;
}

size_t machine_unsynced(const struct unsynced **list)
{
    *list = machine.unsynced;
    return machine.unsynced_count;
}

void machine_forget_unsynced(void)
{
    forget(NULL);
}

void machine_stop_disk(bool stops)
{
    machine.disk_stands_still = stops;
}
