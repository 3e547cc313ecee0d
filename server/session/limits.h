/*
 * limits.h: how many connections there may be, in all and from one address. Any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/base/cleanup.h"

struct limits;

int limits_new(struct limits **out, unsigned connections_max, unsigned per_address_max);
struct limits *limits_free(struct limits *limits);
DEFINE_CLEANUP(struct limits, limits_free)

/* One more from this address (address.h); false: that would be too many, and nothing was counted. */
bool limits_enter(struct limits *limits, uint64_t address);
void limits_leave(struct limits *limits, uint64_t address);
unsigned limits_count(struct limits *limits);
