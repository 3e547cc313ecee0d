/*
 * deeds.c: what people and time do: write, sync, wait; and messages that arrive.
 */
#include "tests/sim/schedule.h"

#include "tests/sim/invariants.h"
#include "tests/sim/machine.h"
#include "tests/sim/rights.h"
#include "tests/sim/values.h"

enum { BATCH_MAX = 4, EXCHANGES_MAX = 400 };

struct install *pick_install(struct world *world)
{
    size_t from = chance_below(&world->chance, world->install_count);

    for (size_t i = 0; i < world->install_count; i++) {
        struct install *install = &world->installs[(from + i) % world->install_count];

        if (install->is_alive)
            return install;
    }
    return NULL;
}

/* Somebody of the first municipality mostly: people meet there. */
static struct install *pick_writer(struct world *world)
{
    struct install *install =
        chance_percent(&world->chance, 70) ? &world->installs[chance_below(&world->chance, 3)] : pick_install(world);

    return install && install->is_alive ? install : pick_install(world);
}

struct message *take_message(struct world *world, bool to_server)
{
    struct network *network = &world->network;
    size_t from = chance_below(&world->chance, network->count);

    for (size_t i = 0; i < network->count; i++) {
        size_t at = (from + i) % network->count;

        if (network->messages[at]->to_server == to_server)
            return network_take(network, at);
    }
    return NULL;
}

struct message *message_of(struct world *world, const struct visit *visit)
{
    struct network *network = &world->network;

    for (size_t i = 0; i < network->count; i++)
        if (network->messages[i]->visit == visit)
            return network_take(network, i);
    return NULL;
}

void sync_whole(struct world *world, struct install *install)
{
    install_begin(world, install);
    for (int i = 0; install->visit; i++) {
        struct message *message = message_of(world, install->visit);

        if (i == EXCHANGES_MAX)
            violated(13, "a sync of install %zu has no end", install->index);
        if (!message) { /* it was lost on the way: the connection times out */
            network_cut(world, install->visit);
            return;
        }
        network_deliver(world, message);
        invariants_check(world);
    }
}

struct message *sync_until(struct world *world, struct install *install, uint16_t type)
{
    if (install->visit)
        network_cut(world, install->visit);
    install_begin(world, install);
    while (install->visit) {
        struct message *message = message_of(world, install->visit);

        if (!message || (message->to_server && message->type == type))
            return message;
        network_deliver(world, message);
    }
    return NULL;
}

/* ---- the deeds ---- */

static void do_write(struct world *world)
{
    write_something(world, pick_writer(world));
}

static void do_fill(struct world *world)
{
    write_everything(world, pick_writer(world));
}

static void do_choose(struct world *world)
{
    write_choice(world, pick_writer(world));
}

static void do_submit(struct world *world)
{
    write_submission(world, pick_writer(world));
}

void begin_somewhere(struct world *world)
{
    struct install *install = pick_writer(world);

    if (!install->visit) {
        tell(world, "install %zu begins to sync", install->index);
        install_begin(world, install);
    }
}

static void do_deliver(struct world *world)
{
    struct network *network = &world->network;

    if (network->count > 0)
        network_deliver(world, network_take(network, chance_below(&world->chance, network->count)));
}

static void do_deliver_batch(struct world *world)
{
    struct message *messages[BATCH_MAX];
    size_t count = 0;

    while (count < BATCH_MAX && (messages[count] = take_message(world, true)) != NULL)
        count++;
    if (count > 0)
        network_deliver_batch(world, messages, count);
}

static void do_sync(struct world *world)
{
    struct install *install = pick_writer(world);

    tell(world, "install %zu syncs", install->index);
    sync_whole(world, install);
}

static void do_wait(struct world *world)
{
    machine_set_time(machine_time() + 24ull * HOUR_MS * (1 + chance_below(&world->chance, 30)));
}

static void do_open_round(struct world *world)
{
    if (central(world))
        write_round(world, central(world), "2027");
}

static void do_admit(struct world *world)
{
    if (central(world) && write_admission(world, central(world)))
        sync_whole(world, central(world));
}

static void do_join(struct world *world)
{
    struct install *install = chance_percent(&world->chance, 30) ? world_join(world) : NULL;

    if (install)
        tell(world, "install %zu is new", install->index);
}

/* The late list of this municipality, or of another: which is not for this one. */
static void ask_late_list(struct world *world)
{
    static const char *const dossiers[] = { "GM0001", "GM0002", "" };
    struct install *install = pick_writer(world);
    const char *dossier = dossiers[chance_below(&world->chance, 3)];

    if (install->visit)
        return;
    tell(world, "install %zu asks for the late list of \"%s\"", install->index, dossier);
    install_ask_late(world, install, dossier);
}

const struct deed deeds[] = {
    { "write", 30, do_write },
    { "write everything", 2, do_fill },
    { "choose between rivals", 5, do_choose },
    { "hand in", 4, do_submit },
    { "begin a sync", 14, begin_somewhere },
    { "a message arrives", 34, do_deliver },
    { "messages arrive together", 6, do_deliver_batch },
    { "sync", 12, do_sync },
    { "time goes by", 2, do_wait },
    { "a round moves on", 1, do_open_round },
    { "a questionnaire is published", 1, questionnaire_is_published },
    { "somebody joins", 1, do_join },
    { "what came late is let in", 2, do_admit },
    { "the late list is asked for", 1, ask_late_list },
    { 0 },
};
