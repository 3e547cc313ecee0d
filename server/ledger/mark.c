/*
 * mark.c: one line: layout, state, boot id, inode of the view's file; after a clean stop also where the journal ended. Another inode is another file, put there by a hand
 * or a backup.
 */
#include "server/ledger/mark.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/cleanup.h"
#include "common/base/fault.h"
#include "common/base/file.h"
#include "server/ledger/tables.h"

#define MARK     "view.mark"
#define POSITION " position="

enum { MARK_SIZE = 128 };

/* As text. FILE_NONE. */
static int load(const char *folder, const char *name, char *out, size_t size)
{
    size_t got = 0;
    int result = file_load(folder, name, out, size - 1, &got);

    out[got] = '\0';
    return result;
}

static int mark_print(const char *folder, bool clean, char out[MARK_SIZE])
{
    CLEANUP(memory_free) char *path = NULL;
    struct stat status;
    char boot[40];

    TRY(load("/proc/sys/kernel/random", "boot_id", boot, sizeof boot));
    boot[strcspn(boot, "\n")] = '\0';
    TRY(file_path(&path, folder, "view/data.mdb"));
    if (stat(path, &status) < 0)
        return file_fault(path, "looking at it");
    snprintf(out, MARK_SIZE, "layout=%d state=%s boot=%s inode=%ju", LEDGER_LAYOUT, clean ? "clean" : "open",
             clean ? "any" : boot, (uintmax_t)status.st_ino);
    return 0;
}

static void cut(char *text, const char *from)
{
    char *at = strstr(text, from);

    if (at)
        *at = '\0';
}

bool mark_is_trusted(const char *folder)
{
    char found[MARK_SIZE], clean[MARK_SIZE], open_now[MARK_SIZE];

    if (load(folder, MARK, found, sizeof found) != 0 || mark_print(folder, true, clean) < 0 ||
        mark_print(folder, false, open_now) < 0)
        return false;
    cut(found, POSITION);
    cut(found, "\n");
    return strcmp(found, clean) == 0 || strcmp(found, open_now) == 0;
}

int mark_write(const char *folder, bool clean, uint64_t position)
{
    char text[MARK_SIZE], line[MARK_SIZE + sizeof POSITION + 21];

    TRY(mark_print(folder, clean, text));
    if (clean)
        snprintf(line, sizeof line, "%s" POSITION "%" PRIu64 "\n", text, position);
    else
        snprintf(line, sizeof line, "%s\n", text);
    return file_replace(folder, MARK, bytes_of(line, strlen(line)));
}

uint64_t mark_position(const char *folder)
{
    char found[MARK_SIZE];
    const char *at = load(folder, MARK, found, sizeof found) == 0 ? strstr(found, POSITION) : NULL;

    return at && strstr(found, "state=clean") ? strtoull(at + strlen(POSITION), NULL, 10) : 0;
}
