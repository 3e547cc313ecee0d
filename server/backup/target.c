/*
 * target.c: a backup's folder before and after: nothing else may be in it, and nothing stays that no manifest names. While a
 * backup is being made there is a file "unfinished" in it.
 */
#include "server/backup/target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "common/base/fault.h"
#include "common/base/file.h"

#define UNFINISHED "unfinished"

int target_lock(const char *folder, int *out)
{
    CLEANUP(fd_close) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return file_fault(folder, "opening");
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK
                   ? FAULT(FAULT_BUSY, "another backup is being made with %s: wait until that is done", folder)
                   : file_fault(folder, "locking");
    *out = fd;
    fd = -1;
    return 0;
}

static bool is_empty(const char *folder)
{
    DIR *listing = opendir(folder);
    bool empty = listing != NULL;

    if (!listing)
        return false;
    for (const struct dirent *file; (file = readdir(listing));)
        empty = empty && (strcmp(file->d_name, ".") == 0 || strcmp(file->d_name, "..") == 0);
    closedir(listing);
    return empty;
}

int target_make_folder(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : file_fault(path, "making the folder");
}

int target_open(const char *to, struct manifest *before, int *lock_fd)
{
    CLEANUP(memory_free) char *journal = NULL;
    int result;

    TRY(target_make_folder(to));
    TRY(target_lock(to, lock_fd));
    result = manifest_load(to, before);
    TRY(result);
    if (result == MANIFEST_NONE && !file_exists(to, UNFINISHED) && !is_empty(to))
        return FAULT(FAULT_STATE, "%s is not empty, and what is in it is no backup: give a folder of its own", to);
    TRY(file_path(&journal, to, "journal"));
    TRY(file_replace(to, UNFINISHED, bytes_of("a backup is being made here\n", 28)));
    return target_make_folder(journal);
}

/* A file of ours that the manifest does not name: of the backup before, or of one that was killed. */
static int remove_if_stale(const char *to, const struct manifest *manifest, const char *prefix, const char *name)
{
    char path[MANIFEST_NAME_SIZE + sizeof ".new"], plain[sizeof path];
    int size = snprintf(path, sizeof path, "%s%s", prefix, name);

    if (size < 0 || (size_t)size >= sizeof path)
        return 0;
    snprintf(plain, sizeof plain, "%s", path);
    if (size > 4 && strcmp(path + size - 4, ".new") == 0)
        plain[size - 4] = '\0'; /* it was just being written */
    return !manifest_is_name(plain) || manifest_find(manifest, path) ? 0 : file_remove(to, path);
}

static int remove_stale_in(const char *to, const struct manifest *manifest, const char *prefix)
{
    CLEANUP(memory_free) char *folder = NULL;
    struct dirent **entries;
    int result = 0;

    TRY(file_path(&folder, to, prefix));
    int count = scandir(folder, &entries, NULL, NULL);

    if (count < 0)
        return file_fault(folder, "listing");
    for (int i = 0; i < count; i++) {
        if (result == 0)
            result = remove_if_stale(to, manifest, prefix, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return result;
}

int target_finish(const char *to, const struct manifest *manifest)
{
    TRY(remove_stale_in(to, manifest, "journal/"));
    TRY(remove_stale_in(to, manifest, ""));
    return file_remove(to, UNFINISHED);
}
