/*
 * restoring.c: the file "restoring", read anew where it is another than before, and changed under a lock of the folder.
 *
 * A change is: lock, read, change, replace whole. The lock is flock's, on the folder itself, so it holds between threads
 * and processes alike and leaves nothing behind. Knows nothing of certificates, nor of what syncing is.
 */
#include "server/ledger/restoring.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "common/base/buffer.h"
#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/file.h"
#include "common/base/log.h"

#define NAME "restoring"

enum { HEX_SIZE = 2 * DIGEST_BYTES + 1, LINE_SIZE = 256, FILE_BYTES_MAX = (RESTORING_INSTALLS_MAX + 4) * LINE_SIZE };

struct content {
    struct restored restored;
    bool held;
    struct restoring_install *installs; /* malloc'ed */
    size_t count;
};

struct restoring {
    char *folder, *path;
    pthread_mutex_t lock; /* of what follows */
    struct content content;
    struct timespec changed; /* which file the content is of */
    ino_t inode;             /* 0: none */
};

static const char *const states[] = { "waiting", "synced", "struck" };

static void content_done_at(struct content *content)
{
    free(content->installs);
    *content = (struct content){ 0 };
}

/* ---- the file's lines ---- */

static int print_install(struct buffer *out, const struct restoring_install *install)
{
    char line[LINE_SIZE];
    int size = snprintf(line, sizeof line, "install %s %s %s %s %" PRIu64 "%s%s\n", install->install, install->person,
                        install->central ? "central" : "other", states[install->state], install->time_ms,
                        *install->area ? " " : "", install->area);

    return buffer_append(out, line, (size_t)size);
}

static int print(struct buffer *out, const struct content *content)
{
    const struct restored *restored = &content->restored;
    char head[HEX_SIZE], backup[HEX_SIZE], lines[2 * LINE_SIZE];
    int size =
        snprintf(lines, sizeof lines, "restoring 1\nrestored %" PRIu64 " %" PRIu64 " %s\nbackup %" PRIu64 " %s\n%s\n",
                 restored->time_ms, restored->head.position, hex_encode(head, restored->head.hash, DIGEST_BYTES),
                 restored->backup.position, hex_encode(backup, restored->backup.hash, DIGEST_BYTES),
                 content->held ? "held" : "open");

    TRY(buffer_append(out, lines, (size_t)size));
    for (size_t i = 0; i < content->count; i++)
        TRY(print_install(out, &content->installs[i]));
    return 0;
}

static bool parse_install(const char *line, struct restoring_install *install)
{
    char role[8] = "", state[8] = "";

    if (sscanf(line, "install %32[0-9a-f] %17[0-9a-z] %7s %7s %" SCNu64 " %40[A-Za-z0-9_-]", install->install,
               install->person, role, state, &install->time_ms, install->area) < 5)
        return false;
    install->central = strcmp(role, "central") == 0;
    for (unsigned i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(state, states[i]) == 0) {
            install->state = (enum restoring_state)i;
            return install->central || strcmp(role, "other") == 0;
        }
    return false;
}

static bool parse_head(const char *text, struct content *content, size_t *taken)
{
    struct restored *restored = &content->restored;
    char head[HEX_SIZE] = "", backup[HEX_SIZE] = "", held[8] = "";
    int size = 0;

    if (sscanf(text,
               "restoring 1\nrestored %" SCNu64 " %" SCNu64 " %64[0-9a-f]\nbackup %" SCNu64 " %64[0-9a-f]\n%7[a-z]%n",
               &restored->time_ms, &restored->head.position, head, &restored->backup.position, backup, held,
               &size) != 6)
        return false;
    content->held = strcmp(held, "held") == 0;
    *taken = (size_t)size + 1;
    return hex_decode(restored->head.hash, DIGEST_BYTES, head) &&
           hex_decode(restored->backup.hash, DIGEST_BYTES, backup) && text[size] == '\n' &&
           (content->held || strcmp(held, "open") == 0);
}

/* A line that is none ends it, and then what was read is not what was written. */
static int parse(struct content *content, char *text)
{
    size_t taken = 0, lines = 0;

    if (!parse_head(text, content, &taken))
        return 0;
    for (const char *at = text + taken; *at; at++)
        lines += *at == '\n';
    content->installs = calloc(lines + 1, sizeof *content->installs);
    if (!content->installs)
        return FAULT(FAULT_MEMORY, "no memory to read who has synced since the restore");
    char *rest = text + taken;
    for (char *line; (line = strsep(&rest, "\n")) && *line; content->count++)
        if (!parse_install(line, &content->installs[content->count]))
            break;
    return 0;
}

static int read_text(const char *folder, struct content *content, char *text, size_t size)
{
    struct buffer again;

    buffer_init(&again, FILE_BYTES_MAX);
    CLEANUP(memory_free) char *given = strndup(text, size);
    int result = given ? parse(content, text) : FAULT(FAULT_MEMORY, "no memory to read %s/" NAME, folder);

    if (result == 0)
        result = print(&again, content);
    if (result == 0 && (buffer_size(&again) != size || memcmp(buffer_data(&again), given, size) != 0))
        result = FAULT(FAULT_CORRUPT,
                       "%s/" NAME " is damaged, so it is not known who has synced since this server was restored: "
                       "remove it, which lets everybody in, once the central team has synced",
                       folder);
    buffer_done(&again);
    return result;
}

/* RESTORING_NONE. */
static int load(const char *folder, struct content *out)
{
    CLEANUP(content_done) struct content content = { 0 };
    CLEANUP(memory_free) char *text = malloc(FILE_BYTES_MAX + 1);
    size_t size = 0;
    int result;

    if (!text)
        return FAULT(FAULT_MEMORY, "no memory to read %s/" NAME, folder);
    result = file_load(folder, NAME, text, FILE_BYTES_MAX, &size);
    if (result == FILE_NONE)
        return RESTORING_NONE;
    TRY(result);
    text[size] = '\0';
    TRY(read_text(folder, &content, text, size));
    *out = content;
    content = (struct content){ 0 };
    return 0;
}

static int save(const char *folder, const struct content *content)
{
    struct buffer text;
    int result;

    buffer_init(&text, FILE_BYTES_MAX);
    result = print(&text, content);
    if (result == 0)
        result = file_replace(folder, NAME, bytes_of(buffer_data(&text), buffer_size(&text)));
    buffer_done(&text);
    return result;
}

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
    TRY(file_path(&restoring->path, folder, NAME));
    *out = TAKE(&restoring);
    return 0;
}

struct restoring *restoring_close(struct restoring *restoring)
{
    if (!restoring)
        return NULL;
    pthread_mutex_destroy(&restoring->lock);
    content_done_at(&restoring->content);
    free(restoring->folder);
    free(restoring->path);
    free(restoring);
    return NULL;
}

/* Reads the file where it is another than the one that was read. RESTORING_NONE. Under the lock. */
static int refresh(struct restoring *restoring)
{
    struct content content = { 0 };
    struct stat found;
    int result;

    if (stat(restoring->path, &found) != 0)
        return errno == ENOENT ? RESTORING_NONE : file_fault(restoring->path, "looking at it");
    if (restoring->inode == found.st_ino && restoring->changed.tv_sec == found.st_mtim.tv_sec &&
        restoring->changed.tv_nsec == found.st_mtim.tv_nsec)
        return 0;
    result = load(restoring->folder, &content);
    if (result != 0)
        return result;
    content_done_at(&restoring->content);
    restoring->content = content;
    restoring->inode = found.st_ino;
    restoring->changed = found.st_mtim;
    return 0;
}

static struct restoring_install *find(const struct content *content, const char *install)
{
    for (size_t i = 0; i < content->count; i++)
        if (strcmp(content->installs[i].install, install) == 0)
            return &content->installs[i];
    return NULL;
}

static bool waits_for_central(const struct content *content)
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
    struct content content = { 0 };
    int result = load(restoring->folder, &content);

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
static int change_file(const char *folder, int (*change)(struct content *content, const void *context),
                       const void *context)
{
    CLEANUP(content_done) struct content content = { 0 };
    CLEANUP(fd_close) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result;

    if (fd < 0)
        return file_fault(folder, "opening");
    while (flock(fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return file_fault(folder, "locking");
    result = load(folder, &content);
    if (result == 0)
        result = change(&content, context);
    return result == 0 ? save(folder, &content) : result;
}

enum { UNCHANGED = 100 };

static int note(struct content *content, const void *context)
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

static int strike(struct content *content, const void *context)
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

static int end(struct content *content, const void *context)
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
    const struct content content = { *restored, true, (struct restoring_install *)(uintptr_t)installs, count };

    CHECK(count <= RESTORING_INSTALLS_MAX);
    if (file_exists(folder, NAME))
        return FAULT(FAULT_STATE, "%s was restored already", folder);
    return save(folder, &content);
}
