/*
 * one_world.h: a fresh world for each test of a file (setup world_setup, teardown world_teardown).
 */
#pragma once

#include "tests/support/ledger_world.h"

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
