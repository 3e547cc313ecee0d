/*
 * install.h: one install: a home's replica and the client's real engine, driven message by message.
 */
#pragma once

#include "client/sync/engine.h"
#include "common/base/digest.h"
#include "tests/sim/image.h"

struct world;
struct visit;

struct install {
    size_t index;
    char path[112], store_path[128];
    char id[33], person[18];
    uint8_t fingerprint[DIGEST_BYTES];
    const char *town;         /* NULL: the central team */
    bool is_alive, keeps_few; /* held_keep_few */
    long long clock_off_ms;
    uint64_t certificate_ends_ms;
    bool must_renew; /* the server said that it has ended */
    const struct world *world;
    struct clock clock;
    struct identity identity;
    struct replica *replica;
    struct engine *engine; /* of the sync under way; NULL: none */
    struct visit *visit;
    bool was_refused; /* the last sync ended with the server's no */
    bool is_done;     /* the last sync came to its end */
    struct {
        bool armed, taken;
        struct image image;
    } crash;
};

/* By its index. */
void install_set_paths(struct install *install, const char *world_path);
void install_open(struct world *world, struct install *install);
void install_close(struct install *install);

/* Saves an edit by the real path. Value {NULL, 0}: cleared. */
void install_write(struct world *world, struct install *install, const char *dossier, const char *key,
                   struct bytes value, bool resolves, const char *author);

/* ---- a sync ---- */
void install_begin(struct world *world, struct install *install);
void install_receive(struct world *world, struct install *install, uint16_t type, const uint8_t *bytes, size_t size);
void install_hung_up(struct install *install);

/* Asks the server beside its syncs, as `cimonitor late` does: a dossier's late list. What comes is looked at as it leaves. */
void install_ask_late(struct world *world, struct install *install, const char *dossier);

/* ---- what can happen to a home ---- */
/* The next commits of the replica run into the `countdown`-th: there the machine stops. */
void install_arm_crash(struct install *install, unsigned countdown);
void install_crash(struct world *world, struct install *install);
void install_take_image(const struct install *install, struct image *image);
void install_put_image(struct world *world, struct install *install, const struct image *image);
/* The same home once more, under another index. */
struct install *install_clone(struct world *world, struct install *install);
void install_destroy(struct world *world, struct install *install);
