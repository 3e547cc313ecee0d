/*
 * server.h: the real server without its sockets and threads: vault, journal, ledger, handlers, and the writer's batches.
 */
#pragma once

#include "server/ledger/batch.h"
#include "server/session/arrival.h"
#include "server/writer/writer.h"
#include "tests/sim/image.h"

struct world;
struct visit;
struct message;

/* A message with these bytes in it is one that a server of another version cannot read. */
#define UNREADABLE "\xff unreadable to this server"

/* An edit with this in it is one that an ailing server fails over. */
#define TROUBLE "an ailing server fails over this"

enum crash_kind { CRASH_KILLED, CRASH_POWER }; /* what was written stays; what was not synced may be gone */

struct server {
    char path[96], journal_path[112], view_path[112];
    struct vault *vault;
    struct journal *journal;
    struct ledger *ledger;
    struct clock clock;
    struct batch *batch;
    bool is_full, is_ailing, was_restored;
    bool holds; /* restored on purpose, and still waiting for the central team when the requests under way came */
    struct {
        bool armed, taken; /* a point that is never reached crashes nothing */
        int point;
        enum crash_kind kind;
        struct image image;
        struct chance chance;
    } crash;
    size_t requests_max; /* the largest arena of a request so far */
};

void server_open(struct server *server);
void server_close(struct server *server); /* cleanly */

/* What the next requests run into: at this point of the code the machine stops. */
void server_arm_crash(struct server *server, int point, enum crash_kind kind, uint64_t chance);
/* Serves requests as one batch of the writer, and each read by itself. False: it crashed, and is up again; no answers. */
bool server_serve(struct world *world, struct message **requests, size_t count);
/* Stops now, between two requests. */
void server_crash(struct world *world, enum crash_kind kind);

/* A copy of its journal; and back to that copy, as a machine's image is put back under it: nobody is told. */
void server_back_up(struct server *server, struct image *image);
void server_put_back(struct world *world, const struct image *image);
/* The same as `cimonitord restore` does it: whom it does not know any more waits until the central team has synced. */
void server_restore(struct world *world, const struct image *image);

/* The server's own doing: `act` decides in a batch of its own. A crash is not looked for. */
void server_act(struct world *world, int (*act)(struct batch *batch, struct arena *arena, void *context),
                void *context);

/* Who asks by this certificate now; NULL fields where nobody. 0 or the error. */
int server_principal(struct server *server, const struct tls_peer *peer, struct principal *principal);
