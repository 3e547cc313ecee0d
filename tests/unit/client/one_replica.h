/*
 * one_replica.h: a fresh replica, an arena and a server in memory for each test of a file (setup replica_begin, teardown
 * replica_end).
 */
#pragma once

#include "common/wire/limits.h"
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

static inline Ci__Push next_push(void)
{
    Ci__Push push = CI__PUSH__INIT;

    assert_int_equal(exchange_push(replica, arena, 0, PUSH_EDITS_MAX, &push), 0);
    return push;
}

static inline bool pull_page(void)
{
    Ci__Pull pull = CI__PULL__INIT;
    struct bytes cursor;

    pull.dossier = (char *)(uintptr_t) "GM0200";
    assert_int_equal(exchange_cursor(replica, arena, "GM0200", &cursor), 0);
    pull.cursor = bytes_to(cursor);
    const Ci__PullReply *page = fake_pull(&server, &pull, arena);

    assert_int_equal(exchange_pulled(replica, arena, "GM0200", page), 0);
    return page->complete;
}

static inline void pull_all(void)
{
    while (!pull_page())
        continue;
}

static inline void put_other(uint8_t byte, const char *key)
{
    uint8_t id[ID_BYTES];
    Ci__Edit edit = fake_edit(id, byte, "GM0200", key, "theirs");

    fake_put(&server, &edit, NULL);
}

static inline void push_all(void)
{
    Ci__Push push = next_push();

    assert_int_equal(exchange_pushed(replica, arena, &push, fake_push(&server, &push, arena)), 0);
}

/* Written and acknowledged; the record did not fit the answer, and the sync was cut before the pull. The edit. */
static inline const Ci__Edit *push_without_record(const char *key)
{
    write_key(key);
    Ci__Push push = next_push();
    Ci__PushReply *reply = fake_push(&server, &push, arena);

    reply->n_records = 0;
    assert_int_equal(exchange_pushed(replica, arena, &push, reply), 0);
    return push.edits[0]->edit;
}
