/*
 * one_replica.h: a fresh replica, an arena and a server in memory for each test of a file (setup replica_begin, teardown
 * replica_end).
 */
#pragma once

#include "tests/support/folder.h"
#include "tests/unit/client/fake_server.h"

static struct replica *replica;
static struct arena *arena;
static struct fake_server server;

static inline int replica_begin(void **state)
{
    memset(&server, 0, sizeof server);
    return folder_make(state) || replica_open(&replica, folder, &clock_system) || arena_new(&arena, 8 << 20);
}

static inline int replica_end(void **state)
{
    arena = arena_free(arena);
    replica = replica_close(replica);
    return folder_remove(state);
}

static inline void write_key(const char *key)
{
    const struct draft draft = {
        .dossier = "GM0200", .key = key, .value = bytes_of("x", 1), .author = "p0000000000000001"
    };

    assert_int_equal(replica_write(replica, &draft, 1, NULL), 0);
}

static inline struct replica_counts counts(void)
{
    struct replica_counts now;

    assert_int_equal(replica_counts(replica, &now), 0);
    return now;
}
