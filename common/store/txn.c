/*
 * txn.c: transactions whose first fault sticks, and walks over keys.
 *
 * Owns nothing but the LMDB transaction in the caller's frame. Knows nothing of what keys and values mean.
 * A write transaction belongs to the thread that began it.
 */
#include "common/store/txn.h"

#include <string.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/store/environment.h"

static MDB_val to_lmdb(struct bytes bytes)
{
    return (MDB_val){ bytes.size, (void *)(uintptr_t)bytes.data }; /* LMDB does not write through it */
}

static struct bytes from_lmdb(MDB_val value)
{
    return bytes_of(value.mv_data, value.mv_size);
}

static MDB_dbi table_of(const struct txn *txn, unsigned table)
{
    CHECK(table < txn->store->table_count);
    return txn->store->tables[table];
}

static bool usable(const struct txn *txn)
{
    CHECK(txn->handle || txn->fault != 0);
    return txn->fault == 0;
}

static int begin(struct txn *txn, struct store *store, bool writing)
{
    unsigned flags = writing ? 0U : MDB_RDONLY;
    MDB_txn *handle = NULL;
    int result = mdb_txn_begin(store->environment, NULL, flags, &handle);

    if (result == MDB_READERS_FULL) { /* programs that died keep their slots until somebody looks */
        store_check_readers(store);
        result = mdb_txn_begin(store->environment, NULL, flags, &handle);
    }
    *txn = (struct txn){ .store = store, .handle = handle, .writing = writing };
    if (result != 0)
        txn->fault = store_fault(store, result, "beginning a transaction");
    return txn->fault;
}

int txn_begin_read(struct txn *txn, struct store *store)
{
    return begin(txn, store, false);
}

int txn_begin_write(struct txn *txn, struct store *store)
{
    return begin(txn, store, true);
}

int txn_commit(struct txn *txn)
{
    if (txn->fault != 0 || !txn->writing) {
        txn_end(txn);
        return txn->fault;
    }
    CHECK(txn->handle);
    int result = mdb_txn_commit(txn->handle);

    txn->handle = NULL; /* freed also where it failed */
    if (result != 0)
        txn->fault = store_fault(txn->store, result, "committing");
    return txn->fault;
}

void txn_end(struct txn *txn)
{
    if (txn->handle)
        mdb_txn_abort(txn->handle);
    txn->handle = NULL;
}

struct bytes txn_get(struct txn *txn, unsigned table, struct bytes key)
{
    MDB_val at = to_lmdb(key), value;
    int result;

    if (!usable(txn))
        return bytes_of(NULL, 0);
    result = mdb_get(txn->handle, table_of(txn, table), &at, &value);
    if (result == 0)
        return from_lmdb(value);
    if (result != MDB_NOTFOUND)
        txn->fault = store_fault(txn->store, result, "reading");
    return bytes_of(NULL, 0);
}

static void *put(struct txn *txn, unsigned table, struct bytes key, struct bytes value, unsigned flags)
{
    MDB_val at = to_lmdb(key), stored = to_lmdb(value);
    int result;

    if (!usable(txn))
        return NULL;
    CHECK(txn->writing);
    result = mdb_put(txn->handle, table_of(txn, table), &at, &stored, flags);
    if (result != 0) {
        txn->fault = store_fault(txn->store, result, "writing");
        return NULL;
    }
    return stored.mv_data;
}

void txn_put(struct txn *txn, unsigned table, struct bytes key, struct bytes value)
{
    put(txn, table, key, value, 0);
}

void txn_append(struct txn *txn, unsigned table, struct bytes key, struct bytes value)
{
    put(txn, table, key, value, MDB_APPEND);
}

void *txn_reserve(struct txn *txn, unsigned table, struct bytes key, size_t size)
{
    return put(txn, table, key, bytes_of(NULL, size), MDB_RESERVE);
}

void txn_delete(struct txn *txn, unsigned table, struct bytes key)
{
    MDB_val at = to_lmdb(key);
    int result;

    if (!usable(txn))
        return;
    CHECK(txn->writing);
    result = mdb_del(txn->handle, table_of(txn, table), &at, NULL);
    if (result != 0 && result != MDB_NOTFOUND)
        txn->fault = store_fault(txn->store, result, "deleting");
}

uint64_t txn_count(struct txn *txn, unsigned table)
{
    MDB_stat shape;
    int result;

    if (!usable(txn))
        return 0;
    result = mdb_stat(txn->handle, table_of(txn, table), &shape);
    if (result != 0) {
        txn->fault = store_fault(txn->store, result, "counting");
        return 0;
    }
    return shape.ms_entries;
}

static bool begins_with(MDB_val key, struct bytes prefix)
{
    return key.mv_size >= prefix.size && bytes_equal(bytes_of(key.mv_data, prefix.size), prefix);
}

static int compare(struct bytes a, struct bytes b)
{
    size_t shorter = a.size < b.size ? a.size : b.size;
    int order = shorter > 0 ? memcmp(a.data, b.data, shorter) : 0;

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

void txn_cursor_open(struct txn_cursor *cursor, struct txn *txn, unsigned table, struct bytes prefix, struct bytes from)
{
    MDB_cursor *handle = NULL;
    int result;

    *cursor = (struct txn_cursor){ .txn = txn, .prefix = prefix };
    cursor->from = compare(from, prefix) > 0 ? from : prefix;
    if (!usable(txn))
        return;
    result = mdb_cursor_open(txn->handle, table_of(txn, table), &handle);
    if (result != 0)
        txn->fault = store_fault(txn->store, result, "opening a cursor");
    cursor->handle = handle;
}

bool txn_cursor_next(struct txn_cursor *cursor)
{
    bool first = !cursor->value.data;
    MDB_cursor_op first_step = cursor->from.size > 0 ? MDB_SET_RANGE : MDB_FIRST;
    MDB_val key = to_lmdb(cursor->from), value;
    int result;

    if (!usable(cursor->txn))
        return false;
    result = mdb_cursor_get(cursor->handle, &key, &value, first ? first_step : MDB_NEXT);
    if (result == 0 && begins_with(key, cursor->prefix)) {
        cursor->key = from_lmdb(key);
        cursor->value = from_lmdb(value);
        return true;
    }
    if (result != 0 && result != MDB_NOTFOUND)
        cursor->txn->fault = store_fault(cursor->txn->store, result, "walking its keys");
    return false;
}

void txn_cursor_close(struct txn_cursor *cursor)
{
    if (cursor->handle && (cursor->txn->handle || !cursor->txn->writing)) /* a write transaction's end closed it */
        mdb_cursor_close(cursor->handle);
    cursor->handle = NULL;
}

/* The smallest key that is greater than all keys with this prefix; size 0 where there is none. */
static size_t after_prefix(uint8_t out[STORE_KEY_MAX], struct bytes prefix)
{
    size_t size = prefix.size;

    CHECK(size <= STORE_KEY_MAX);
    if (size > 0)
        memcpy(out, prefix.data, size);
    while (size > 0 && out[size - 1] == 0xff)
        size--;
    if (size > 0)
        out[size - 1]++;
    return size;
}

bool txn_last(struct txn *txn, unsigned table, struct bytes prefix, struct bytes *key, struct bytes *value)
{
    uint8_t after[STORE_KEY_MAX];
    MDB_val at = { after_prefix(after, prefix), after }, found;
    struct txn_cursor cursor;
    int result = MDB_NOTFOUND;

    txn_cursor_open(&cursor, txn, table, prefix, prefix);
    if (!usable(txn))
        return false;
    if (at.mv_size > 0)
        result = mdb_cursor_get(cursor.handle, &at, &found, MDB_SET_RANGE);
    if (result == 0)
        result = mdb_cursor_get(cursor.handle, &at, &found, MDB_PREV);
    else if (result == MDB_NOTFOUND) /* nothing comes after them: it is the table's last key, or none */
        result = mdb_cursor_get(cursor.handle, &at, &found, MDB_LAST);
    txn_cursor_close(&cursor);
    if (result != 0 && result != MDB_NOTFOUND)
        txn->fault = store_fault(txn->store, result, "looking for a last key");
    if (result != 0 || !begins_with(at, prefix))
        return false;
    *key = from_lmdb(at);
    *value = from_lmdb(found);
    return true;
}
