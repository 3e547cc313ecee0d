/*
 * replay.c: libFuzzer's main without libFuzzer: every file of the corpus once, so that what was found stays found.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

enum { INPUT_BYTES_MAX = 2 * 1024 * 1024 };

static void replay(const char *path)
{
    uint8_t *bytes = malloc(INPUT_BYTES_MAX);
    FILE *file = fopen(path, "rb");
    uint8_t *exact;
    size_t size;

    if (!bytes || !file) {
        perror(path);
        exit(1);
    }
    size = fread(bytes, 1, INPUT_BYTES_MAX, file);
    fclose(file);
    exact = malloc(size + 1); /* so that reading past the end is seen */
    if (!exact)
        exit(1);
    for (size_t i = 0; i < size; i++)
        exact[i + 1] = bytes[i];
    free(bytes);
    LLVMFuzzerTestOneInput(exact + 1, size);
    free(exact);
}

int main(int count, char **arguments)
{
    DIR *folder = count == 2 ? opendir(arguments[1]) : NULL;
    unsigned replayed = 0;

    if (!folder) {
        fprintf(stderr, "usage: %s CORPUS-FOLDER\n", arguments[0]);
        return 2;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[4096];

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", arguments[1], entry->d_name);
        replay(path);
        replayed++;
    }
    closedir(folder);
    printf("%u inputs replayed\n", replayed);
    return replayed > 0 ? 0 : 1;
}
