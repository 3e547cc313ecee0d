/*
 * restoring.c: the file "restoring", read anew where it is another than before, and changed under a lock of the folder.
 *
 * A change is: lock, read, change, replace whole. The lock is flock's, on the folder itself, so it holds between threads
 * and processes alike and leaves nothing behind. Knows nothing of certificates, nor of what syncing is.
 */
#include "server/ledger/restoring.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "server/ledger/restoring_file.h"

struct restoring {
    char *folder, *path;
    bool never; /* restored: no file when this was opened, and `restore` makes one only in a folder of its own */
    pthread_mutex_t lock; /* of what follows */
    struct restoring_file content;
    struct timespec changed; /* which file the content is of */
    ino_t inode;             /* 0: none */
};

/* ---- the file as it is now ---- */

int restoring_open(struct restoring **out, const char *folder)
{
    CLEANUP(restoring_close) struct restoring *restoring = calloc(1, sizeof *restoring);

    if (!restoring)
        return FAULT(FAULT_MEMORY, "no memory to look whether this server was restored");
    pthread_mutex_init(&restoring->lock, NULL);
    restoring->folder = strdup(folder);
    if (!restoring->folder)
        return FAULT(FAULT_MEMORY, "no memory to look whether this server was restored");
    TRY(file_path(&restoring->path, folder, RESTORING_FILE));
    restoring->never = access(restoring->path, F_OK) != 0 && errno == ENOENT;
    *out = TAKE(&restoring);
    return 0;
}

struct restoring *restoring_close(struct restoring *restoring)
{
    if (!restoring)
        return NULL;
    pthread_mutex_destroy(&restoring->lock);
    restoring_file_done(&restoring->content);
    free(restoring->folder);
    free(restoring->path);
    free(restoring);
    return NULL;
}

/* Reads the file where it is another than the one that was read. RESTORING_NONE. Under the lock. */
static int refresh(struct restoring *restoring)
{
    struct restoring_file content = { 0 };
    struct stat found;
    int result;

    if (stat(restoring->path, &found) != 0)
        return errno == ENOENT ? RESTORING_NONE : file_fault(restoring->path, "looking at it");
    if (restoring->inode == found.st_ino && restoring->changed.tv_sec == found.st_mtim.tv_sec &&
        restoring->changed.tv_nsec == found.st_mtim.tv_nsec)
        return 0;
    result = restoring_file_load(restoring->folder, &content);
    if (result != 0)
        return result;
    restoring_file_done(&restoring->content);
    restoring->content = content;
    restoring->inode = found.st_ino;
    restoring->changed = found.st_mtim;
    return 0;
}

static struct restoring_install *find(const struct restoring_file *content, const char *install)
{
    for (size_t i = 0; i < content->count; i++)
        if (strcmp(content->installs[i].install, install) == 0)
            return &content->installs[i];
    return NULL;
}

static bool waits_for_central(const struct restoring_file *content)
{
    for (size_t i = 0; i < content->count; i++)
        if (content->installs[i].central && content->installs[i].state == RESTORING_WAITING)
            return true;
    return false;
}

bool restoring_holds(struct restoring *restoring)
{
    int result;
    bool holds;

    if (restoring->never)
        return false;
    pthread_mutex_lock(&restoring->lock);
    result = refresh(restoring);
    holds = result < 0 || (result == 0 && restoring->content.held && waits_for_central(&restoring->content));
    pthread_mutex_unlock(&restoring->lock);
    if (result < 0)
        log_fault(LOG_ERROR, "restoring.unreadable", result);
    return holds;
}

int restoring_read(struct restoring *restoring, struct restored *restored, bool *held,
                   struct restoring_install **installs, size_t *count)
{
    struct restoring_file content = { 0 };
    int result = restoring_file_load(restoring->folder, &content);

    if (result != 0)
        return result;
    *restored = content.restored;
    *held = content.held && waits_for_central(&content);
    *installs = content.installs;
    *count = content.count;
    return 0;
}

/* ---- changes ---- */

/* Loads, lets `change` say what else it is, and saves where it returned 0. Both locks are the caller's to think of. */
static int change_file(const char *folder, int (*change)(struct restoring_file *content, const void *context),
                       const void *context)
{
    CLEANUP(restoring_file_done) struct restoring_file content = { 0 };
    CLEANUP(fd_close) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result;

    if (fd < 0)
        return file_fault(folder, "opening");
    while (flock(fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return file_fault(folder, "locking");
    result = restoring_file_load(folder, &content);
    if (result == 0)
        result = change(&content, context);
    return result == 0 ? restoring_file_save(folder, &content) : result;
}

enum { UNCHANGED = 100 };

static int note(struct restoring_file *content, const void *context)
{
    const struct restoring_install *synced = context;
    struct restoring_install *known = find(content, synced->install), *more;

    if (known && known->state == RESTORING_SYNCED)
        return UNCHANGED;
    if (!known) {
        if (content->count >= RESTORING_INSTALLS_MAX)
            return UNCHANGED; /* the report counts no further */
        more = realloc(content->installs, (content->count + 1) * sizeof *more);
        if (!more)
            return FAULT(FAULT_MEMORY, "no memory to note who has synced since the restore");
        content->installs = more;
        known = &more[content->count++];
    }
    *known = *synced;
    return 0;
}

/* Not to be noted: noted already, or never restored. */
static bool is_noted(struct restoring *restoring, const char *install)
{
    const struct restoring_install *known = NULL;
    int result;

    pthread_mutex_lock(&restoring->lock);
    result = refresh(restoring);
    if (result == 0)
        known = find(&restoring->content, install);
    bool noted = result == RESTORING_NONE || (known && known->state == RESTORING_SYNCED);
    pthread_mutex_unlock(&restoring->lock);
    return noted;
}

int restoring_note_synced(struct restoring *restoring, const struct restoring_install *install, uint64_t now_ms)
{
    struct restoring_install synced = *install;

    if (is_noted(restoring, install->install))
        return 0;
    synced.state = RESTORING_SYNCED;
    synced.time_ms = now_ms;
    int result = change_file(restoring->folder, note, &synced);
    return result < 0 ? result : 0;
}

static int strike(struct restoring_file *content, const void *context)
{
    const struct restoring_install *wanted = context;
    struct restoring_install *known = find(content, wanted->install);

    if (!known)
        return RESTORING_UNKNOWN;
    if (known->state != RESTORING_WAITING)
        return UNCHANGED;
    known->state = RESTORING_STRUCK;
    known->time_ms = wanted->time_ms;
    return 0;
}

int restoring_strike(struct restoring *restoring, const char *install, uint64_t now_ms)
{
    struct restoring_install wanted = { .time_ms = now_ms };

    if (strlen(install) >= sizeof wanted.install)
        return RESTORING_UNKNOWN;
    memcpy(wanted.install, install, strlen(install));
    int result = change_file(restoring->folder, strike, &wanted);
    return result == UNCHANGED ? 0 : result;
}

static int end(struct restoring_file *content, const void *context)
{
    (void)context;
    content->held = false;
    return 0;
}

int restoring_end(struct restoring *restoring)
{
    return change_file(restoring->folder, end, NULL);
}

int restoring_begin(const char *folder, const struct restored *restored, const struct restoring_install *installs,
                    size_t count)
{
    const struct restoring_file content = { *restored, true, (struct restoring_install *)(uintptr_t)installs, count };

    CHECK(count <= RESTORING_INSTALLS_MAX);
    if (file_exists(folder, RESTORING_FILE))
        return FAULT(FAULT_STATE, "%s was restored already", folder);
    return restoring_file_save(folder, &content);
}
