/*
 * one_world.h: a fresh world for each test of a file (setup world_setup, teardown world_teardown).
 */
#pragma once

#include "tests/support/ledger_world.h"
#include "tests/support/unit.h"

static struct world world;

static inline int world_setup(void **state)
{
    (void)state;
    world_open(&world);
    return 0;
}

static inline int world_teardown(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static inline Ci__Record *read_record(const char *dossier, const char *key)
{
    Ci__Record *record = NULL;
    struct txn txn;

    MUST(txn_begin_read(&txn, ledger_store(world.ledger)));
    MUST(record_read(&txn, dossier, key, world.arena, &record));
    txn_end(&txn);
    return record;
}

/* The view is what its journal makes of it. */
static inline void assert_grows_from_its_journal(void)
{
    int unsound = 0; /* releases */
    struct ledger_options options = world_options(&world);

    world.ledger = ledger_close(world.ledger);
    assert_int_equal(ledger_verify(&options, NULL, NULL, &unsound), 0);
    assert_int_equal(ledger_open(&world.ledger, &options), 0);
}
