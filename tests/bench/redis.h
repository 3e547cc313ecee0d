/*
 * redis.h: a range of keys, as many as a dossier has questions, set and got over and over. One thread.
 */
#pragma once

#include "tests/bench/protocol.h"

struct keys;

/* `range`: its own number among the connections. */
int keys_new(struct keys **out, unsigned range, const struct weights *weights);
struct keys *keys_free(struct keys *keys);
DEFINE_CLEANUP(struct keys, keys_free)
