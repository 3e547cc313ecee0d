/*
 * faults.c: what goes wrong, a row each.
 */
#include "tests/sim/schedule.h"

#include <stdio.h>

#include "common/base/check.h"
#include "common/wire/message.h"
#include "server/ledger/cursor.h"
#include "tests/sim/acknowledged.h"
#include "tests/sim/forged.h"
#include "tests/sim/held.h"
#include "tests/sim/invariants.h"
#include "tests/sim/machine.h"
#include "tests/sim/reached.h"
#include "tests/sim/restores.h"
#include "tests/sim/rights.h"
#include "tests/sim/values.h"

enum { YEAR_DAYS = 365 };

/* ---- the network ---- */

static void cut(struct world *world)
{
    struct install *install = pick_install(world);

    for (size_t i = 0; install && i < world->install_count && !install->visit; i++)
        install = &world->installs[i];
    if (install && install->visit) {
        tell(world, "install %zu is cut off", install->index);
        network_cut(world, install->visit);
    }
}

static void drop(struct world *world)
{
    struct message *message = take_message(world, chance_percent(&world->chance, 50));

    if (!message)
        return;
    if (message->visit->install)
        network_cut(world, message->visit);
    message_free(message);
}

static void duplicate(struct world *world)
{
    struct message *message = take_message(world, true);

    if (!message)
        return;
    tell(world, "a message comes twice");
    network_send(&world->network, message->visit, true, message->type, message->bytes, message->size);
    network_deliver(world, message);
    for (size_t i = world->network.count; i-- > 0;) { /* one answer is lost, the copy may still arrive */
        struct message *other = world->network.messages[i];

        if (other->to_server || !other->visit->install)
            continue;
        network_cut(world, other->visit);
        return;
    }
}

/* ---- the server's machine ---- */

static enum crash_kind any_kind(struct world *world)
{
    return chance_percent(&world->chance, 50) ? CRASH_KILLED : CRASH_POWER;
}

static void server_stops(struct world *world)
{
    server_crash(world, any_kind(world));
}

/* While it works on what somebody sends. */
static void server_crashes(struct world *world)
{
    enum machine_point point = (enum machine_point)(1 + chance_below(&world->chance, 5));
    enum crash_kind kind = any_kind(world);
    struct message *message;

    write_something(world, pick_install(world));
    begin_somewhere(world);
    message = take_message(world, true);
    if (!message)
        return;
    tell(world, "the server's machine stops at point %d, %s", (int)point,
         kind == CRASH_POWER ? "without power" : "killed");
    server_arm_crash(&world->server, point > POINT_COMMITTED ? POINT_NONE : (int)point, kind,
                     chance_next(&world->chance));
    network_deliver(world, message);
}

/* Killed between writing and syncing, asked again after the start, and then without power: what is acknowledged stays. */
static void server_crashes_twice(struct world *world)
{
    struct install *install = pick_install(world);

    if (!install || install->visit)
        return;
    write_something(world, install);
    tell(world, "the server is killed before a sync, and its machine loses its power later on");
    server_arm_crash(&world->server, POINT_SYNC, CRASH_KILLED, chance_next(&world->chance));
    sync_whole(world, install);
    machine_disarm();
    world->server.crash.armed = false;
    sync_whole(world, install);
    server_crash(world, CRASH_POWER);
}

static void server_is_full(struct world *world)
{
    world->server.is_full = !world->server.is_full;
    tell(world, "the server has %s room", world->server.is_full ? "no" : "again");
}

/* ---- homes ---- */

/* Its machine stops at one of the next commits of its store. */
static void install_crashes(struct world *world)
{
    struct install *install = pick_install(world);

    if (!install)
        return;
    tell(world, "the machine of install %zu stops while it works", install->index);
    if (chance_percent(&world->chance, 30)) {
        install_arm_crash(install, 1);
        write_something(world, install);
        return;
    }
    install_begin(world, install);
    while (install->visit) {
        struct message *message = NULL;

        for (size_t i = 0; i < world->network.count && !message; i++)
            if (world->network.messages[i]->visit == install->visit)
                message = network_take(&world->network, i);
        if (!message)
            return;
        if (!message->to_server && chance_percent(&world->chance, 40))
            install_arm_crash(install, 1 + (unsigned)chance_below(&world->chance, 3));
        network_deliver(world, message);
        invariants_check(world);
    }
}

static void home_is_copied(struct world *world)
{
    struct install *install = pick_install(world);
    struct old_home *old;

    if (!install)
        return;
    old = &world->old_homes[world->old_home_count < IMAGES_MAX ? world->old_home_count++
                                                               : chance_below(&world->chance, IMAGES_MAX)];
    image_done(&old->files);
    old->install = install->index;
    install_take_image(install, &old->files);
}

static void home_is_put_back(struct world *world)
{
    const struct old_home *old;
    struct install *install;

    if (world->old_home_count == 0)
        return home_is_copied(world);
    old = &world->old_homes[chance_below(&world->chance, world->old_home_count)];
    install = &world->installs[old->install];
    if (!install->is_alive)
        return;
    tell(world, "install %zu is put back from an old copy", install->index);
    install_put_image(world, install, &old->files);
    chronicle_put_back(world, install);
    acknowledged_excuse(world);
}

static void home_is_cloned(struct world *world)
{
    struct install *install = pick_install(world), *clone = install ? install_clone(world, install) : NULL;

    if (clone) {
        tell(world, "install %zu is cloned, as %zu", install->index, clone->index);
        chronicle_crashed(world, clone);
    }
}

static void home_is_lost(struct world *world)
{
    struct install *install = pick_install(world);

    if (!install || install->index == PEOPLE - 1 || !chance_percent(&world->chance, 50))
        return;
    tell(world, "install %zu is gone", install->index);
    install_destroy(world, install);
    chronicle_put_back(world, install);
    acknowledged_excuse(world);
}

static void clock_is_off(struct world *world)
{
    struct install *install = pick_install(world);

    if (install)
        install->clock_off_ms = 24ll * HOUR_MS * YEAR_DAYS * ((long long)chance_below(&world->chance, 41) - 20);
}

/* Now, or within the day: maybe in the middle of a sync. */
static void certificate_ends(struct world *world)
{
    struct install *install = pick_install(world);

    if (install)
        install->certificate_ends_ms = machine_time() + (chance_percent(&world->chance, 50) ? 0 : 24ull * HOUR_MS);
}

/* Somebody writes into a home's cursor that it has read everything, right after others wrote something. */
static void cursor_is_forged(struct world *world)
{
    enum { REACHED_AT = 2, POSITION_AT = 10, HASH_AT = 18 };
    struct install *install = &world->installs[chance_below(&world->chance, PEOPLE - 1)];
    struct install *other = &world->installs[install->index < 3 ? (install->index + 1) % 3 : 3];
    struct journal_head head;
    uint8_t cursor[128];

    if (!install->is_alive || install->visit || !other->is_alive || other == install)
        return;
    write_something(world, other);
    sync_whole(world, other);
    if (held_cursor(install, install->town, cursor) == 0)
        return;
    tell(world, "install %zu: somebody writes into its cursor", install->index);
    head = journal_head(world->server.journal);
    put_u64(cursor + REACHED_AT, head.position);
    put_u64(cursor + POSITION_AT, head.position);
    memcpy(cursor + HASH_AT, head.hash, PLACE_HASH_BYTES);
    held_put_cursor(install, install->town, cursor, CURSOR_BYTES);
    chronicle_crashed(world, install);
    sync_whole(world, install);
}

/* While an edit that the server fails over waits, all goes on that is not built on it: its key, and what hands in its round. */
static void check_others_went_on(struct world *world, struct install *install)
{
    static struct held held;
    const struct chronicle *chronicle = &world->chronicle;

    held_read(chronicle, install, &held);
    for (size_t i = 0; i < chronicle->said_count; i++)
        if (held.unsent[i] && strcmp(chronicle->said[i].key, "answer/2026/S1.2") != 0 &&
            strcmp(chronicle->said[i].key, "submission/2026") != 0)
            violated(13, "install %zu did not send %s, since the server fails over another edit", install->index,
                     chronicle->said[i].key);
    reached_if(held.unsent_count > 0, REACHED_DEFERRED);
}

static void server_ails(struct world *world)
{
    struct install *install = pick_install(world);

    world->server.is_ailing = true;
    if (!install || !install->town || install->visit || world->server.is_full)
        return;
    write_trouble(world, install);
    write_something(world, install);
    sync_whole(world, install);
    if (install->is_done)
        check_others_went_on(world, install);
    world->server.is_ailing = chance_percent(&world->chance, 70);
}

/* Two copies of one home greet before either sends. */
static void copies_send_at_once(struct world *world)
{
    struct install *one = pick_install(world), *other = NULL;
    struct message *message, *second;

    for (size_t i = 0; one && i < world->install_count; i++)
        if (&world->installs[i] != one && world->installs[i].is_alive && strcmp(world->installs[i].id, one->id) == 0)
            other = &world->installs[i];
    if (!other)
        other = one && one->town ? install_clone(world, one) : NULL;
    if (!other)
        return;
    chronicle_crashed(world, other);
    write_something(world, one);
    write_something(world, other);
    tell(world, "installs %zu and %zu, copies of each other, send at once", one->index, other->index);
    message = sync_until(world, one, MESSAGE_PUSH);
    second = sync_until(world, other, MESSAGE_PUSH);
    if (message)
        network_deliver(world, message);
    invariants_check(world);
    if (second)
        network_deliver(world, second);
}

static void poison(struct world *world)
{
    struct install *install = pick_install(world);

    if (install)
        write_poison(world, install);
}

const struct deed faults[] = {
    { "the network cuts", 6, cut },
    { "a message is lost", 4, drop },
    { "a message comes twice", 4, duplicate },
    { "the server stops", 4, server_stops },
    { "the server crashes", 8, server_crashes },
    { "the server crashes twice", 2, server_crashes_twice },
    { "a backup is made", 3, backup_is_made },
    { "the server is put back", 4, server_is_put_back },
    { "the server is restored", 2, server_is_restored },
    { "a newcomer is forgotten", 1, newcomer_is_forgotten },
    { "the server forgets what was sent", 2, server_forgets_what_was_sent },
    { "the server's disk fills", 1, server_is_full },
    { "an install crashes", 6, install_crashes },
    { "a home is copied", 3, home_is_copied },
    { "a home is put back", 4, home_is_put_back },
    { "a home is cloned", 2, home_is_cloned },
    { "a home is lost", 1, home_is_lost },
    { "a clock is off", 2, clock_is_off },
    { "a certificate ends", 2, certificate_ends },
    { "a cursor is forged", 2, cursor_is_forged },
    { "a record is forged", 2, record_is_forged },
    { "access ends", 1, access_ends },
    { "a person changes", 1, person_changes },
    { "the round closes", 1, round_closes },
    { "an answer comes late", 1, answer_comes_late },
    { "poison", 4, poison },
    { "the server ails", 2, server_ails },
    { "access ends in the middle", 1, access_ends_in_the_middle },
    { "copies send at once", 1, copies_send_at_once },
    { 0 },
};
