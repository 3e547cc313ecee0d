/*
 * figures.c: the newest benchmark figures that the server gave out, kept so that comparing needs no network.
 */
#include "client/replica/tables.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"

enum { ROUND_BYTES_MAX = 64 };

static struct key figures_key(const char *round, Ci__Basis basis)
{
    struct key key;

    key_init(&key);
    key_add_text(&key, round);
    key_add_u64(&key, (uint64_t)basis);
    return key;
}

int replica_figures_store(struct replica *replica, const Ci__Benchmark *benchmark)
{
    enum { FIGURES_ARENA = 2 * 1024 * 1024 };
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct txn txn;

    if (strlen(benchmark->round) > ROUND_BYTES_MAX)
        return FAULT(FAULT_INVALID, "the figures name a round that cannot be");
    TRY(arena_new(&arena, FIGURES_ARENA));
    struct bytes packed = codec_pack(benchmark, arena);
    struct key key = figures_key(benchmark->round, benchmark->basis);

    if (!packed.data)
        return FAULT(FAULT_MEMORY, "out of memory for the figures");
    TRY(txn_begin_write(&txn, replica->store));
    txn_put(&txn, TABLE_FIGURES, key_bytes(&key), packed);
    return txn_commit(&txn);
}

int replica_figures(struct replica *replica, struct arena *arena, const char *round, Ci__Basis basis,
                    Ci__Benchmark **benchmark)
{
    struct txn txn;

    if (strlen(round) > ROUND_BYTES_MAX)
        return REPLICA_NONE;
    struct key key = figures_key(round, basis);

    TRY(txn_begin_read(&txn, replica->store));
    struct bytes packed = txn_get(&txn, TABLE_FIGURES, key_bytes(&key));
    int result = txn.fault;

    if (result == 0)
        result = packed.data ? stored_unpack(&ci__benchmark__descriptor, packed, arena, benchmark) : REPLICA_NONE;
    txn_end(&txn);
    return result;
}
