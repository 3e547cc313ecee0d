/*
 * image.c: reading and writing whole files. Anything that goes wrong ends the simulation.
 */
#include "tests/sim/image.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/check.h"
#include "tests/sim/machine.h"
#include "tests/sim/reached.h"

static void file_take(struct image_file *file)
{
    int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    struct stat status;

    CHECK(fd >= 0);
    CHECK(fstat(fd, &status) == 0);
    file->size = (size_t)status.st_size;
    file->bytes = malloc(file->size + 1);
    CHECK(file->bytes != NULL);
    CHECK(read(fd, file->bytes, file->size) == (ssize_t)file->size);
    close(fd);
}

static void file_put(const char *path, const struct image_file *file)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600); /* in place: it stays the same file */

    CHECK(fd >= 0);
    CHECK(write(fd, file->bytes, file->size) == (ssize_t)file->size);
    close(fd);
}

/* Calls for each file of the folder with the prefix. */
static void each(const char *folder, const char *prefix, void (*visit)(struct image *image, const char *path),
                 struct image *image)
{
    DIR *listing = opendir(folder);
    char path[600];

    CHECK(listing != NULL);
    for (const struct dirent *file; (file = readdir(listing)) != NULL;)
        if (file->d_name[0] != '.' && strncmp(file->d_name, prefix, strlen(prefix)) == 0) {
            snprintf(path, sizeof path, "%s/%s", folder, file->d_name);
            visit(image, path);
        }
    closedir(listing);
}

static void add_one(struct image *image, const char *path)
{
    struct image_file *file = &image->files[image->count++];

    CHECK(image->count <= IMAGE_FILES_MAX);
    CHECK(strlen(path) < sizeof file->path);
    snprintf(file->path, sizeof file->path, "%s", path);
    file_take(file);
}

static void remove_one(struct image *image, const char *path)
{
    (void)image;
    CHECK(unlink(path) == 0);
}

void image_add(struct image *image, const char *folder, const char *prefix)
{
    each(folder, prefix, add_one, image);
}

static struct image_file *find(struct image *image, const char *path)
{
    for (size_t i = 0; i < image->count; i++)
        if (strcmp(image->files[i].path, path) == 0)
            return &image->files[i];
    return NULL;
}

/* Everything of the write from `kept` on is as before. */
static void undo(struct image_file *file, const struct unsynced *write, size_t kept)
{
    for (size_t i = kept; i < write->size && write->offset + i < file->size; i++)
        file->bytes[write->offset + i] = write->before[i];
    if (kept == 0 && file->size > write->file_size)
        file->size = write->file_size;
}

void image_lose_unsynced(struct image *image, struct chance *chance)
{
    const struct unsynced *writes;
    size_t count = machine_unsynced(&writes);

    for (size_t i = count; i-- > 0;) { /* the newest first: each knows what was before it */
        struct image_file *file = find(image, writes[i].path);
        size_t fate = chance_below(chance, 4);

        reached_if(file && fate == 1, REACHED_TORN);
        reached_if(file && fate > 1, REACHED_WRITE_LOST);
        if (file && fate > 0)
            undo(file, &writes[i], fate == 1 ? chance_below(chance, writes[i].size) : 0);
    }
}

void image_put(const struct image *image, const char *folder, const char *prefix)
{
    struct image kept = *image;

    /* what was made since is gone; what is in the image is written into the same file */
    DIR *listing = opendir(folder);
    char path[600];

    CHECK(listing != NULL);
    for (const struct dirent *file; (file = readdir(listing)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", folder, file->d_name);
        if (file->d_name[0] != '.' && strncmp(file->d_name, prefix, strlen(prefix)) == 0 && !find(&kept, path))
            remove_one(NULL, path);
    }
    closedir(listing);
    for (size_t i = 0; i < image->count; i++)
        if (strncmp(image->files[i].path, folder, strlen(folder)) == 0)
            file_put(image->files[i].path, &image->files[i]);
}

void image_put_as(const struct image *image, const char *folder, const char *prefix)
{
    char path[600];

    mkdir(folder, 0700);
    each(folder, prefix, remove_one, NULL);
    for (size_t i = 0; i < image->count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, strrchr(image->files[i].path, '/') + 1);
        file_put(path, &image->files[i]);
    }
}

void image_done(struct image *image)
{
    for (size_t i = 0; i < image->count; i++)
        free(image->files[i].bytes);
    *image = (struct image){ 0 };
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

void folder_remove(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}
