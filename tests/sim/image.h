/*
 * image.h: files of a folder as they were at a moment, in memory: what a crash leaves, what a backup holds.
 */
#pragma once

#include "tests/sim/chance.h"

enum { IMAGE_FILES_MAX = 32 };

struct image_file {
    char path[256];
    uint8_t *bytes;
    size_t size;
};

struct image {
    struct image_file files[IMAGE_FILES_MAX];
    size_t count;
};

/* Adds the files of the folder whose names begin with `prefix`. */
void image_add(struct image *image, const char *folder, const char *prefix);
/* A power cut: of what the machine knows to be unsynced, each write stayed, was lost, or is torn. */
void image_lose_unsynced(struct image *image, struct chance *chance);
/* Writes them back in place, and removes what else in the folder begins with `prefix`. */
void image_put(const struct image *image, const char *folder, const char *prefix);
/* The same under another folder's name, which is made. */
void image_put_as(const struct image *image, const char *folder, const char *prefix);
void image_done(struct image *image); /* and empty again */

void folder_remove(const char *path);
