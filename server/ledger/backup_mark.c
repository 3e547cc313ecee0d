/*
 * backup_mark.c: the mark as its one line, replaced whole. Knows nothing of what a backup is. Any thread.
 */
#include "server/ledger/backup_mark.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/base/fault.h"
#include "common/base/file.h"
#include "common/base/words.h"

#define MARK "backup.mark"

enum { MARK_SIZE = 160 };

static void print(char out[MARK_SIZE], const struct backup_mark *mark)
{
    char hash[2 * DIGEST_BYTES + 1];

    snprintf(out, MARK_SIZE, "backup %" PRIu64 " %s %" PRIu64 "\n", mark->head.position,
             hex_encode(hash, mark->head.hash, DIGEST_BYTES), mark->time_ms);
}

int backup_mark_read(const char *folder, struct backup_mark *mark)
{
    struct backup_mark found = { 0 };
    char text[MARK_SIZE], given[MARK_SIZE], again[MARK_SIZE];
    struct words words = { .rest = text };
    size_t size = 0;
    int result = file_load(folder, MARK, text, sizeof text - 1, &size);

    if (result == FILE_NONE)
        return BACKUP_MARK_NONE;
    TRY(result);
    text[size] = '\0';
    memcpy(given, text, size + 1);
    words_expect(&words, "backup");
    found.head.position = words_number(&words);
    words_hex(&words, found.head.hash, DIGEST_BYTES);
    found.time_ms = words_number(&words);
    print(again, &found); /* what was written, to the byte, or it is no mark */
    if (words.wrong || found.head.position == 0 || strcmp(given, again) != 0)
        return FAULT(FAULT_CORRUPT, "%s/" MARK " is damaged: remove it, and make a backup", folder);
    *mark = found;
    return 0;
}

int backup_mark_write(const char *folder, const struct backup_mark *mark)
{
    char text[MARK_SIZE];

    print(text, mark);
    return file_replace(folder, MARK, bytes_of(text, strlen(text)));
}
