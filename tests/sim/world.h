/*
 * world.h: one simulated world: a server, its municipalities and people, their installs, the network between them, and
 * what was ever said in it. One thread.
 */
#pragma once

#include "tests/sim/chronicle.h"
#include "tests/sim/install.h"
#include "tests/sim/network.h"
#include "tests/sim/server.h"

enum { INSTALLS_MAX = 14, PEOPLE = 7, TOWNS = 2, IMAGES_MAX = 6, KEEPS_FEW_EVERY = 3, HOUR_MS = 3600 * 1000 };

/* A copy of a home, made at some moment. */
struct old_home {
    size_t install;
    struct image files;
};

struct world {
    char path[80];        /* a folder of its own, on a disk in memory */
    bool says;            /* prints what happens */
    struct chance chance; /* of the step under way */
    struct server server;
    struct install installs[INSTALLS_MAX];
    size_t install_count;
    struct network network;
    struct chronicle chronicle;
    struct old_home old_homes[IMAGES_MAX];
    size_t old_home_count;
    struct image backups[IMAGES_MAX]; /* of the journal */
    size_t backup_count;
    long long clocks_shifted_ms; /* of all installs, on top of their own */
};

/* What all worlds begin with, made once: a vault, and a founded journal with everybody in it. */
void template_make(const char *path);
void world_open(struct world *world, const char *path, uint64_t seed);
void world_close(struct world *world);
/* Somebody is enrolled: a person, an install, an empty home. NULL: there are enough. */
struct install *world_join(struct world *world);

/* Prints where asked for. */
void tell(const struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Which invariant does not hold, and why. Does not return. */
_Noreturn void violated(int invariant, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* 13 and the like: where the code under test returned a fault that it should not. */
void must(int result, const char *what);
#define MUST(call) must((call), #call)
