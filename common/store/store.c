/*
 * store.c: opens and closes an LMDB environment, and says what its errors mean.
 *
 * Owns the environment, the table handles, and the list that keeps one folder from being opened twice in one
 * process (LMDB permits it, and closing one of the two breaks the locks of the other). Knows nothing of what is
 * stored. Opening and closing: any thread; the rest as store.h says.
 */
#include "common/store/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/store/environment.h"

enum { READERS_DEFAULT = 126, FULL_DISK_BYTES = 64 * 1024 };

static pthread_mutex_t open_lock = PTHREAD_MUTEX_INITIALIZER;
static struct store *open_stores;

/* Bytes that the disk can still take; SIZE_MAX where it does not say. */
static size_t disk_room(const struct store *store)
{
    struct statvfs disk;

    return statvfs(store->path, &disk) == 0 ? disk.f_bavail * disk.f_frsize : SIZE_MAX;
}

int store_fault(const struct store *store, int result, const char *doing)
{
    const char *path = store->path;

    if (result == EIO && disk_room(store) < FULL_DISK_BYTES)
        result = ENOSPC; /* what LMDB makes of a write that stopped halfway */
    switch (result) {
    case MDB_MAP_FULL: return FAULT(FAULT_FULL, "the store %s is full: give it a larger map and start again", path);
    case MDB_TXN_FULL:
        return FAULT(FAULT_FULL, "too much for one transaction of the store %s: write it in smaller parts", path);
    case ENOSPC: return FAULT(FAULT_FULL, "the disk of the store %s is full: make room and try again", path);
    case MDB_READERS_FULL:
        return FAULT(FAULT_BUSY, "the store %s has no reader free: too many programs read it at once", path);
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
        return FAULT(FAULT_CORRUPT, "%s/data.mdb is no store of this program: was another file put there?", path);
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_PANIC:
        return FAULT(FAULT_CORRUPT, "the store %s is damaged (%s, %s): restore or rebuild it", path, doing,
                     mdb_strerror(result));
    case MDB_INCOMPATIBLE:
        return FAULT(FAULT_CORRUPT, "the store %s has tables of another kind: was another file put there?", path);
    case MDB_KEYEXIST: return FAULT(FAULT_CORRUPT, "the store %s was to get a key out of order: rebuild it", path);
    case MDB_BAD_VALSIZE:
        return FAULT(FAULT_INVALID, "a key of the store %s must have 1 to %d bytes", path, STORE_KEY_MAX);
    case ENOMEM: return FAULT(FAULT_MEMORY, "no memory for the store %s (%s)", path, doing);
    case EACCES:
    case EROFS:
    case EPERM: return FAULT(FAULT_IO, "no right to use the store %s (%s): %s", path, doing, mdb_strerror(result));
    default: return FAULT(FAULT_IO, "the store %s failed (%s): %s", path, doing, mdb_strerror(result));
    }
}

/* Makes the folder where it is missing, and notes which one it is. */
static int find_folder(struct store *store, bool read_only)
{
    struct stat status;

    if (!read_only && mkdir(store->path, 0700) != 0 && errno != EEXIST)
        return FAULT(FAULT_IO, "cannot make the store's folder %s: %s", store->path, strerror(errno));
    if (stat(store->path, &status) != 0)
        return FAULT(FAULT_IO, "cannot look at the store's folder %s: %s", store->path, strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return FAULT(FAULT_IO, "%s must be a folder, and is not", store->path);
    store->device = status.st_dev;
    store->inode = status.st_ino;
    return 0;
}

static int enlist(struct store *store)
{
    bool twice = false;

    pthread_mutex_lock(&open_lock);
    for (const struct store *other = open_stores; other; other = other->next)
        twice = twice || (other->device == store->device && other->inode == store->inode);
    if (!twice) {
        store->next = open_stores;
        open_stores = store;
    }
    pthread_mutex_unlock(&open_lock);
    return twice ? FAULT(FAULT_STATE, "the store %s is open in this program already", store->path) : 0;
}

static void delist(const struct store *store)
{
    pthread_mutex_lock(&open_lock);
    for (struct store **slot = &open_stores; *slot; slot = &(*slot)->next) {
        if (*slot == store) {
            *slot = store->next;
            break;
        }
    }
    pthread_mutex_unlock(&open_lock);
}

static int open_environment(struct store *store, const struct store_options *options)
{
    unsigned readers = options->readers ? options->readers : READERS_DEFAULT;
    unsigned flags = MDB_NOTLS | (options->durable ? 0U : MDB_NOSYNC) | (options->read_only ? MDB_RDONLY : 0U);
    int result;

    TRY(store_reserve(store, readers, options->read_only));
    result = mdb_env_create(&store->environment);
    if (result == 0)
        result = mdb_env_set_mapsize(store->environment, options->map_bytes);
    if (result == 0)
        result = mdb_env_set_maxreaders(store->environment, readers);
    if (result == 0)
        result = mdb_env_set_maxdbs(store->environment, STORE_TABLES_MAX);
    if (result == 0)
        result = mdb_env_open(store->environment, store->path, flags, 0600);
    return result == 0 ? 0 : store_fault(store, result, "opening");
}

static int open_tables(struct store *store, const struct store_options *options)
{
    MDB_txn *txn;
    int result = mdb_txn_begin(store->environment, NULL, options->read_only ? MDB_RDONLY : 0U, &txn);

    if (result != 0)
        return store_fault(store, result, "opening its tables");
    for (size_t i = 0; i < options->table_count && result == 0; i++)
        result = mdb_dbi_open(txn, options->tables[i], options->read_only ? 0U : MDB_CREATE, &store->tables[i]);
    if (result != 0)
        mdb_txn_abort(txn);
    else
        result = mdb_txn_commit(txn);
    store->table_count = options->table_count;
    return result == 0 ? 0 : store_fault(store, result, "opening its tables");
}

int store_open(struct store **out, const struct store_options *options)
{
    CHECK(options->table_count <= STORE_TABLES_MAX);
    CLEANUP(store_close) struct store *store = calloc(1, sizeof *store);
    char *path = strdup(options->path);

    if (!store || !path) {
        free(path);
        return FAULT(FAULT_MEMORY, "no memory to open the store %s", options->path);
    }
    store->path = path;
    TRY(find_folder(store, options->read_only));
    TRY(enlist(store));
    TRY(open_environment(store, options));
    if (!options->read_only) /* else whoever writes it has looked */
        TRY(store_check_length(store));
    TRY(open_tables(store, options));
    store_check_readers(store);
    *out = TAKE(&store);
    return 0;
}

struct store *store_close(struct store *store)
{
    if (!store)
        return NULL;
    if (store->environment)
        mdb_env_close(store->environment);
    delist(store);
    free(store->path);
    free(store);
    return NULL;
}

int store_sync(struct store *store)
{
    int result = mdb_env_sync(store->environment, 1);

    return result == 0 ? 0 : store_fault(store, result, "writing to disk");
}

size_t store_headroom(struct store *store)
{
    MDB_envinfo info;
    MDB_stat shape;
    size_t used, unused, room = disk_room(store);

    mdb_env_info(store->environment, &info);
    mdb_env_stat(store->environment, &shape);
    used = (info.me_last_pgno + 1) * shape.ms_psize;
    unused = used < info.me_mapsize ? info.me_mapsize - used : 0;
    return room < unused ? room : unused;
}

void store_check_readers(struct store *store)
{
    int dead = 0;
    int result = mdb_reader_check(store->environment, &dead);

    if (result != 0)
        log_fault(LOG_WARNING, "store.readers_unchecked", store_fault(store, result, "looking for dead readers"));
    else if (dead > 0)
        LOG_EVENT(LOG_INFO, "store.readers_cleared", U64("readers", dead));
}
