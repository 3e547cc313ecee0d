/*
 * mark.c: one line: layout, state, boot id, inode of the view's file. Another inode is another file, put there by a hand
 * or a backup.
 */
#include "server/ledger/mark.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/cleanup.h"
#include "common/base/fault.h"
#include "common/base/file.h"
#include "server/ledger/tables.h"

#define MARK "view.mark"

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
    snprintf(out, MARK_SIZE, "layout=%d state=%s boot=%s inode=%ju\n", LEDGER_LAYOUT, clean ? "clean" : "open",
             clean ? "any" : boot, (uintmax_t)status.st_ino);
    return 0;
}

bool mark_is_trusted(const char *folder)
{
    char found[MARK_SIZE], clean[MARK_SIZE], open_now[MARK_SIZE];

    if (load(folder, MARK, found, sizeof found) != 0 || mark_print(folder, true, clean) < 0 ||
        mark_print(folder, false, open_now) < 0)
        return false;
    return strcmp(found, clean) == 0 || strcmp(found, open_now) == 0;
}

int mark_write(const char *folder, bool clean)
{
    char text[MARK_SIZE];

    TRY(mark_print(folder, clean, text));
    return file_replace(folder, MARK, bytes_of(text, strlen(text)));
}
