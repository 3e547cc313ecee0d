/*
 * restores.c: the server goes back in time, with a word or without.
 */
#include "tests/sim/restores.h"

#include "common/wire/message.h"
#include "server/ledger/backup_mark.h"
#include "tests/sim/acknowledged.h"
#include "tests/sim/machine.h"
#include "tests/sim/reached.h"
#include "tests/sim/schedule.h"
#include "tests/sim/values.h"

void backup_is_made(struct world *world)
{
    struct image *image = &world->backups[world->backup_count < IMAGES_MAX ? world->backup_count++
                                                                           : chance_below(&world->chance, IMAGES_MAX)];

    struct backup_mark mark = { journal_head(world->server.journal), machine_time() };

    image_done(image);
    server_back_up(&world->server, image);
    chronicle_backed_up(&world->chronicle);
    MUST(backup_mark_write(world->server.path, &mark)); /* as `cimonitord backup` does, last of all */
}

void server_is_put_back(struct world *world)
{
    if (world->backup_count == 0)
        return backup_is_made(world);
    tell(world, "the server is put back to an earlier copy");
    server_put_back(world, &world->backups[chance_below(&world->chance, world->backup_count)]);
    acknowledged_excuse(world);
}

/* By the operator, who says so. */
void server_is_restored(struct world *world)
{
    if (world->backup_count == 0)
        return backup_is_made(world);
    tell(world, "the server is restored from a backup");
    reached(REACHED_RESTORED);
    server_restore(world, &world->backups[chance_below(&world->chance, world->backup_count)]);
    acknowledged_excuse(world);
}

/* Somebody was enrolled since the backup, and comes back to a server that does not know it. */
void newcomer_is_forgotten(struct world *world)
{
    struct image image = { 0 };
    struct install *newcomer;

    server_back_up(&world->server, &image);
    newcomer = world_join(world);
    if (newcomer) {
        tell(world, "install %zu is new, and the server is restored to a time before", newcomer->index);
        sync_whole(world, newcomer);
        write_something(world, newcomer);
        if (chance_percent(&world->chance, 50))
            sync_whole(world, newcomer);
        reached(REACHED_RESTORED);
        server_restore(world, &image);
        acknowledged_excuse(world);
        sync_whole(world, newcomer);
    }
    image_done(&image);
}

/* The author's cursor is of before that, so still the server's: only the places of what it stored tell of the loss. */
void server_forgets_what_was_sent(struct world *world)
{
    struct install *install = pick_install(world);
    struct image image = { 0 };

    if (!install || install->visit || !install->town)
        return;
    sync_whole(world, install);
    server_back_up(&world->server, &image);
    write_something(world, install);
    struct message *message = sync_until(world, install, MESSAGE_PULL);

    if (message) {
        tell(world, "install %zu has sent and not fetched, and the server is put back to before", install->index);
        network_cut(world, message->visit);
        message_free(message);
        server_put_back(world, &image);
        acknowledged_excuse(world);
    }
    sync_whole(world, install);
    image_done(&image);
}
