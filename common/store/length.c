/*
 * length.c: whether the data file still holds every page that it must.
 *
 * LMDB maps the file and would die of SIGBUS at the first page that was cut off, so this is looked at before
 * anything is read. The file may be shorter than its count of pages: a page that was taken and given back within
 * one transaction is never written. So missing pages are compared with the list of free ones. While opening only; and
 * while no process writes, because another one's pages must not be cut off again.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fault.h"
#include "common/store/environment.h"

/* How many of the free pages have this number or a higher one. */
static int count_free_from(const struct store *store, size_t first_page, size_t *count)
{
    MDB_txn *txn;
    MDB_cursor *cursor = NULL;
    MDB_val key, value;
    int result = mdb_txn_begin(store->environment, NULL, MDB_RDONLY, &txn); /* no other may list free pages */

    if (result != 0)
        return store_fault(store, result, "reading its free pages");
    result = mdb_cursor_open(txn, 0, &cursor);
    *count = 0;
    while (result == 0 && (result = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        size_t listed = 0; /* a record is a count, then that many page numbers, each a size_t */

        if (value.mv_size >= sizeof listed)
            memcpy(&listed, value.mv_data, sizeof listed);
        for (size_t i = 1; i <= listed && (i + 1) * sizeof(size_t) <= value.mv_size; i++) {
            size_t page;

            memcpy(&page, (const char *)value.mv_data + i * sizeof page, sizeof page);
            *count += page >= first_page;
        }
    }
    if (cursor)
        mdb_cursor_close(cursor);
    mdb_txn_abort(txn);
    return result == MDB_NOTFOUND ? 0 : store_fault(store, result, "reading its free pages");
}

static int check_length(const struct store *store)
{
    struct stat status;
    MDB_envinfo info;
    MDB_stat shape;
    size_t present, needed, unwritten = 0;
    int fd, result;

    mdb_env_get_fd(store->environment, &fd);
    mdb_env_info(store->environment, &info);
    mdb_env_stat(store->environment, &shape);
    if (fstat(fd, &status) != 0)
        return FAULT(FAULT_IO, "cannot look at %s/data.mdb: %s", store->path, strerror(errno));
    present = (size_t)status.st_size / shape.ms_psize;
    needed = info.me_last_pgno + 1;
    if (present >= needed)
        return 0;
    /* Zeros for as long as we look, so that reading the list itself is safe; cut again where data is missing. */
    if (ftruncate(fd, (off_t)(needed * shape.ms_psize)) != 0)
        return FAULT(FAULT_IO, "cannot lengthen %s/data.mdb: %s", store->path, strerror(errno));
    result = count_free_from(store, present, &unwritten);
    if (result == 0 && unwritten == needed - present)
        return 0;
    if (ftruncate(fd, status.st_size) != 0)
        return FAULT(FAULT_IO, "cannot cut %s/data.mdb back: %s", store->path, strerror(errno));
    TRY(result);
    return FAULT(FAULT_CORRUPT, "%s/data.mdb was cut off: %zu of %zu pages are there; restore or rebuild it",
                 store->path, present, needed);
}

int store_check_length(const struct store *store)
{
    MDB_txn *writing; /* keeps the writers of all processes out */
    int result = mdb_txn_begin(store->environment, NULL, 0, &writing);

    if (result != 0)
        return store_fault(store, result, "looking at its length");
    result = check_length(store);
    mdb_txn_abort(writing);
    return result;
}
