/*
 * ask.h: which figures a home keeps for comparing offline: its own areas, of every round that has begun.
 */
#pragma once

#include "client/identity/home.h"
#include "client/replica/replica.h"
#include "client/sync/engine.h"

struct ask {
    size_t area_count, round_count;
    char areas[ENGINE_AREAS_MAX][41];
    char rounds[ENGINE_ROUNDS_MAX][17];
};

/* From what the replica holds now. A municipality: nation, province, regions, size class; a coordinator: its areas. */
int ask_find(struct ask *ask, struct replica *replica, const struct identity *identity, struct arena *arena);
