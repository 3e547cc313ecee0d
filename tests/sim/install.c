/*
 * install.c: the client's side of the simulation. Knows nothing of what the server does with a message.
 */
#include "tests/sim/install.h"

#include <stdio.h>
#include <sys/stat.h>

#include "client/sync/hello.h"
#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "common/wire/error.h"
#include "common/wire/message.h"
#include "server/ledger/own_edits.h"
#include "server/ledger/restoring.h"
#include "tests/sim/held.h"
#include "tests/sim/machine.h"
#include "tests/sim/reached.h"
#include "tests/sim/world.h"

static const uint64_t certificate_ms = 90ull * 24 * HOUR_MS;

static uint64_t now_ms(void *context)
{
    const struct install *install = context;
    long long now = (long long)machine_time() + install->clock_off_ms + install->world->clocks_shifted_ms;

    return now > 0 ? (uint64_t)now : 0;
}

void install_set_paths(struct install *install, const char *world_path)
{
    char folder[80];

    snprintf(folder, sizeof folder, "%s", world_path);
    snprintf(install->path, sizeof install->path, "%s/install-%zu", folder, install->index);
    snprintf(install->store_path, sizeof install->store_path, "%s/install-%zu/replica", folder, install->index);
}

void install_open(struct world *world, struct install *install)
{
    install->world = world;
    install->clock = (struct clock){ now_ms, now_ms, install };
    mkdir(install->path, 0700);
    MUST(replica_open(&install->replica, install->path, &install->clock));
    if (install->keeps_few)
        held_keep_few(install);
}

/* A point that was not reached while it worked is reached no more. */
static void disarm(struct install *install)
{
    if (!install->crash.armed)
        return;
    machine_disarm();
    image_done(&install->crash.image);
    install->crash.armed = install->crash.taken = false;
}

void install_close(struct install *install)
{
    disarm(install);
    install_hung_up(install);
    install->replica = replica_close(install->replica);
}

void install_hung_up(struct install *install)
{
    install->engine = engine_free(install->engine);
    if (install->visit) {
        install->visit->install = NULL;
        install->visit = visit_unref(install->visit);
    }
}

/* ---- crashes ---- */

void install_take_image(const struct install *install, struct image *image)
{
    image_add(image, install->store_path, "data.mdb");
}

static void take_image(void *context)
{
    struct install *install = context;

    install_take_image(install, &install->crash.image);
    install->crash.taken = true;
}

void install_arm_crash(struct install *install, unsigned countdown)
{
    install->crash.armed = true;
    machine_arm(POINT_COMMIT, install->store_path, countdown, take_image, install);
}

void install_put_image(struct world *world, struct install *install, const struct image *image)
{
    install_close(install);
    image_put_as(image, install->store_path, "data.mdb");
    install_open(world, install);
}

/* After the code that was to crash. True where it did: the home is as it was at the point. */
static bool crashed(struct world *world, struct install *install)
{
    if (!install->crash.armed)
        return false;
    machine_disarm();
    install->crash.armed = false;
    if (!install->crash.taken)
        return false;
    install->crash.taken = false;
    reached(REACHED_HOME_COMMIT_LOST);
    install_put_image(world, install, &install->crash.image);
    image_done(&install->crash.image);
    chronicle_crashed(world, install);
    return true;
}

void install_crash(struct world *world, struct install *install)
{
    install_close(install);
    install_open(world, install);
}

/* ---- writing ---- */

/* The version that the round asks, by what is known here; else the first. */
static struct bytes asked_by(const struct world *world, struct install *install, struct arena *arena, const char *key)
{
    Ci__Round *round = NULL;
    char id[5] = "";

    snprintf(id, sizeof id, "%s", key + strlen("answer/"));
    return replica_round(install->replica, arena, id, &round) == 0
               ? bytes_from(round->questionnaire_hash)
               : bytes_of(world->chronicle.questionnaire, DIGEST_BYTES);
}

void install_write(struct world *world, struct install *install, const char *dossier, const char *key,
                   struct bytes value, bool resolves, const char *author)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct draft draft = { .dossier = dossier, .key = key, .value = value, .author = author };
    struct heads heads;
    uint8_t id[ID_BYTES];

    MUST(arena_new(&arena, 4 * 1024 * 1024));
    if (resolves && replica_heads(install->replica, arena, dossier, key, &heads) == 0)
        draft.seen = &heads;
    if (strncmp(key, "answer/", 7) == 0)
        draft.questionnaire = asked_by(world, install, arena, key);
    MUST(replica_write(install->replica, &draft, 1, id));
    if (!crashed(world, install))
        chronicle_saved(world, install, dossier, key, id);
}

/* ---- a sync ---- */

static void end_sync(struct world *world, struct install *install, bool done)
{
    struct visit *visit = install->visit;

    install->is_done = done;
    network_cut(world, visit);
}

/* The next request, or the end. */
static void go_on(struct world *world, struct install *install)
{
    const ProtobufCMessage *request = NULL;
    uint16_t type = 0;
    int result = engine_next(install->engine, &type, &request);
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct bytes packed;

    MUST(result < 0 ? result : 0);
    if (crashed(world, install))
        return;
    if (result == ENGINE_FINISHED) {
        tell(world, "%s is in step", install->path + strlen(world->path) + 1);
        chronicle_synced(world, install);
        end_sync(world, install, true);
        return;
    }
    MUST(arena_new(&arena, 8 * 1024 * 1024));
    packed = codec_pack(request, arena);
    CHECK(packed.data != NULL);
    if (packed.size > message_limit(type))
        violated(11, "a %s of %zu bytes is larger than it may be", message_row(type)->name, packed.size);
    network_send(&world->network, install->visit, true, type, packed.data, packed.size);
}

static int add_renewed(struct batch *batch, struct arena *arena, void *context)
{
    struct install *install = context;
    Ci__Install record = CI__INSTALL__INIT;
    struct refusal refusal = { 0 };

    install->certificate_ends_ms = machine_time() + certificate_ms;
    record.person = install->person;
    record.fingerprint = bytes_to(bytes_of(install->fingerprint, DIGEST_BYTES));
    record.not_after_ms = install->certificate_ends_ms;
    return own_message_add(batch, "", arena_format(arena, "install/%s", install->id), &record, arena, &refusal);
}

static int known_as(struct world *world, const struct install *install)
{
    struct tls_peer peer = { .present = true };
    struct principal principal;

    memcpy(peer.fingerprint, install->fingerprint, DIGEST_BYTES);
    return server_principal(&world->server, &peer, &principal);
}

/* On a visit of its own, which ends with it. */
static void ask_once(struct world *world, struct visit *visit, uint16_t type, struct bytes packed)
{
    visit->install = NULL;
    network_send(&world->network, visit, true, type, packed.data, packed.size);
    network_deliver(world, network_take(&world->network, world->network.count - 1));
    visit_unref(visit);
}

void install_ask_late(struct world *world, struct install *install, const char *dossier)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct visit *visit = visit_new(install, install->fingerprint, false);
    Ci__LateQuery late = CI__LATE_QUERY__INIT;
    Ci__Query query = CI__QUERY__INIT;

    MUST(arena_new(&arena, 64 * 1024));
    late.dossier = arena_string(arena, dossier);
    query.of_case = CI__QUERY__OF_LATE;
    query.late = &late;
    visit->arrival.greeted = true; /* the greeting itself has nothing to do with it */
    visit->arrival.role = install->town ? CI__ROLE__ROLE_LEAD : CI__ROLE__ROLE_CENTRAL;
    ask_once(world, visit, MESSAGE_QUERY, codec_pack(&query, arena));
}

/* As client/sync/sync.c: a restored server has to know the install before it renews. The answer is seen in what it knows. */
static void ask_readmission(struct world *world, struct install *install)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Readmit readmit = CI__READMIT__INIT;

    MUST(arena_new(&arena, 4 * 1024 * 1024));
    MUST(readmit_make(install->replica, &install->identity, arena, &readmit));
    ask_once(world, visit_new(install, install->fingerprint, false), MESSAGE_READMIT, codec_pack(&readmit, arena));
}

/* What a renewal leaves in the journal; the certificate itself is not made here. Whom the server does not answer gets none. */
static void renew(struct world *world, struct install *install)
{
    int found;

    if (world->server.crash.armed)
        return; /* what is to crash is something else */
    if (install->town && restoring_holds(ledger_restoring(world->server.ledger)))
        return;
    found = known_as(world, install);
    if (found == ERROR_UNKNOWN_INSTALL) {
        ask_readmission(world, install);
        found = known_as(world, install);
    }
    if (found != 0)
        return;
    tell(world, "install %zu renews its certificate", install->index);
    reached(REACHED_RENEWED);
    server_act(world, add_renewed, install);
    chronicle_read(world);
    install->must_renew = false;
}

void install_begin(struct world *world, struct install *install)
{
    if (install->engine || !install->is_alive)
        return;
    if (install->must_renew)
        renew(world, install);
    install->is_done = install->was_refused = false;
    MUST(engine_new(&install->engine, install->replica, &install->identity));
    install->visit = visit_new(install, install->fingerprint, false);
    go_on(world, install);
}

static int take(struct install *install, const ProtobufCMessage *message, bool is_error)
{
    return is_error ? engine_refused(install->engine, (const Ci__Error *)message)
                    : engine_answer(install->engine, message);
}

void install_receive(struct world *world, struct install *install, uint16_t type, const uint8_t *bytes, size_t size)
{
    const struct message_row *row = message_row(type);
    ProtobufCMessage *message = NULL;
    int result;

    CHECK(row != NULL && install->engine);
    if (codec_unpack(row->descriptor, bytes_of(bytes, size), engine_arena(install->engine), &message) != 0)
        violated(13, "%s cannot read the server's %s", install->path, row->name);
    result = take(install, message, type == MESSAGE_ERROR);
    if (crashed(world, install))
        return;
    if (result == -FAULT_REFUSED) {
        tell(world, "install %zu is refused: %s", install->index, fault_message());
        install->was_refused = true;
        install->must_renew = fault_refusal() && fault_refusal()->code == ERROR_CERTIFICATE_EXPIRED;
        end_sync(world, install, false);
        return;
    }
    MUST(result);
    chronicle_received(world, install);
    go_on(world, install);
}

/* ---- what can happen to a home ---- */

struct install *install_clone(struct world *world, struct install *install)
{
    struct install *clone;
    struct image image = { 0 };

    if (world->install_count == INSTALLS_MAX)
        return NULL;
    clone = &world->installs[world->install_count];
    *clone = *install;
    clone->index = world->install_count++;
    clone->engine = NULL;
    clone->visit = NULL;
    clone->replica = NULL;
    clone->crash.armed = false;
    install_set_paths(clone, world->path);
    mkdir(clone->path, 0700);
    install_take_image(install, &image);
    image_put_as(&image, clone->store_path, "data.mdb");
    image_done(&image);
    install_open(world, clone);
    return clone;
}

void install_destroy(struct world *world, struct install *install)
{
    install_hung_up(install);
    install_close(install);
    folder_remove(install->path);
    install->is_alive = false;
    (void)world;
}
