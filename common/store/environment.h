/*
 * environment.h: what store.c and txn.c share of an open store; for this room alone.
 */
#pragma once

#include <lmdb.h>
#include <sys/types.h>

#include "common/store/store.h"

struct store {
    MDB_env *environment;
    char *path;
    dev_t device; /* with inode: which folder this is, however its path is written */
    ino_t inode;
    struct store *next; /* list of the stores that are open in this process */
    size_t table_count;
    MDB_dbi tables[STORE_TABLES_MAX];
};

/* Reports what LMDB answered with a sentence for people. */
int store_fault(const struct store *store, int result, const char *doing);
/* A fault where the file is shorter than what it must hold: reading what is missing would kill the process. */
int store_check_length(const struct store *store);
/* FAULT_FULL where the disk has no room for the lock file, or for a new data file's head. */
int store_reserve(const struct store *store, unsigned readers, bool read_only);
