/*
 * store.h: one LMDB environment, with its tables opened once.
 *
 * The only room that includes lmdb.h. Opened once per process; read transactions on any thread (MDB_NOTLS),
 * the write transaction on one thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/cleanup.h"

struct store;

enum { STORE_TABLES_MAX = 24, STORE_KEY_MAX = 511 };

struct store_options {
    const char *path;          /* a folder; made (0700) where missing */
    size_t map_bytes;          /* address space: the most it can ever hold */
    unsigned readers;          /* reader slots; 0: 126 */
    bool durable;              /* true: commit means on disk (client); false: MDB_NOSYNC (the server's view) */
    bool read_only;            /* beside another process that writes: must be there, with all its tables */
    const char *const *tables; /* names; a table is its index here. At most STORE_TABLES_MAX */
    size_t table_count;
};

int store_open(struct store **out, const struct store_options *options);
struct store *store_close(struct store *store); /* accepts NULL, returns NULL; no transaction may be open */
DEFINE_CLEANUP(struct store, store_close)

/* Everything written so far is on disk after this. */
int store_sync(struct store *store);
/*
 * Bytes of the map that were never used: what a write may take whatever its shape (a large value needs neighbouring
 * pages, so pages that were freed do not count), and no more than its disk has left. Cheap.
 */
size_t store_headroom(struct store *store);
/* Clears reader slots of dead processes; call at start and now and then. */
void store_check_readers(struct store *store);
