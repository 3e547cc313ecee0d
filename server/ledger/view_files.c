/*
 * view_files.c: the files of a view, opened with its tables, or removed. Knows nothing of what is in them.
 */
#include "server/ledger/view_files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "common/base/fault.h"
#include "server/ledger/tables.h"

const char *const ledger_tables[LEDGER_TABLES] = {
    [TABLE_SHEET] = "sheet",   [TABLE_MEMBER] = "member", [TABLE_META] = "meta",
    [TABLE_RECORD] = "record", [TABLE_FEED] = "feed",     [TABLE_ACCEPTED] = "accepted",
    [TABLE_NUMBER] = "number", [TABLE_PLACE] = "place",   [TABLE_INVITATION] = "invitation",
    [TABLE_LATE] = "late",     [TABLE_ROUND] = "round",   [TABLE_RECEIPT] = "receipt",
};

int view_files_open(struct store **out, const char *folder, const char *name, size_t map_bytes, bool read_only)
{
    char path[PATH_MAX];
    struct store_options options = { .path = path,
                                     .map_bytes = map_bytes ? map_bytes : VIEW_MAP_BYTES,
                                     .read_only = read_only,
                                     .tables = ledger_tables,
                                     .table_count = LEDGER_TABLES };

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return store_open(out, &options);
}

int view_files_remove(const char *folder, const char *name)
{
    static const char *const files[] = { "/data.mdb", "/lock.mdb", "" };
    char path[PATH_MAX];

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s%s", folder, name, files[i]);
        if (remove(path) < 0 && errno != ENOENT)
            return FAULT(FAULT_IO, "%s cannot be removed: %s", path, strerror(errno));
    }
    return 0;
}
