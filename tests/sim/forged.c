/*
 * forged.c: a server that lost something is offered what nobody wrote: a record under another seal, or one with another value,
 * author or id under the seal that it had. It must refuse it; and the home, whose own record was not taken, parks what it had.
 */
#include "tests/sim/forged.h"

#include <stdlib.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "common/wire/message.h"
#include "tests/sim/acknowledged.h"
#include "tests/sim/invariants.h"
#include "tests/sim/schedule.h"
#include "tests/sim/values.h"

enum { FORGED_ARENA = 8 * 1024 * 1024, NONE_FORGED = -1 };

static void alter_edit(Ci__Edit *edit, struct chance *chance)
{
    switch (chance_below(chance, 3)) {
    case 0:
        edit->cleared = !edit->cleared;
        edit->value.len = 0;
        break;
    case 1: edit->author[strlen(edit->author) - 1] ^= 1; break;
    default: edit->id.data[0] ^= 1; break;
    }
}

static void alter(Ci__SealedRecord *sealed, struct chance *chance, struct arena *arena)
{
    Ci__Record *record = NULL;

    if (chance_percent(chance, 40)) {
        sealed->seal.data[chance_below(chance, sealed->seal.len)] ^= 1;
        return;
    }
    CHECK(CODEC_UNPACK(ci__record, bytes_from(sealed->record), arena, &record) == 0);
    alter_edit(record->standing, chance);
    sealed->record = bytes_to(codec_pack(record, arena));
    CHECK(sealed->record.data != NULL);
}

/* The one with rivals where there is one: all of these belong in the tray. */
static size_t pick_record(const Ci__Heal *heal, struct chance *chance, struct arena *arena)
{
    for (size_t i = 0; i < heal->n_records; i++) {
        Ci__Record *record = NULL;

        CHECK(CODEC_UNPACK(ci__record, bytes_from(heal->records[i]->record), arena, &record) == 0);
        if (record->n_rivals > 0)
            return i;
    }
    return chance_below(chance, heal->n_records);
}

/* Puts the altered record into the message. Returns which it is; NONE_FORGED: it brings none of a municipality. */
static int forge(struct world *world, const struct install *install, struct message *message)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Heal *heal = NULL;
    struct bytes packed;
    size_t picked;

    MUST(arena_new(&arena, FORGED_ARENA));
    CHECK(CODEC_UNPACK(ci__heal, bytes_of(message->bytes, message->size), arena, &heal) == 0);
    if (heal->n_records == 0 || strcmp(heal->dossier, install->town) != 0)
        return NONE_FORGED;
    picked = pick_record(heal, &world->chance, arena);
    tell(world, "install %zu gives back a %s that it has altered", install->index, heal->records[picked]->key);
    alter(heal->records[picked], &world->chance, arena);
    packed = codec_pack(heal, arena);
    free(message->bytes);
    message->bytes = malloc(packed.size);
    CHECK(packed.data && message->bytes);
    memcpy(message->bytes, packed.data, packed.size);
    message->size = packed.size;
    return (int)picked;
}

static void check_refused(const struct message *answer, int forged)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__HealReply *reply = NULL;

    if (answer->type != MESSAGE_REPLY + MESSAGE_HEAL)
        return; /* all of it was refused */
    MUST(arena_new(&arena, FORGED_ARENA));
    CHECK(CODEC_UNPACK(ci__heal_reply, bytes_of(answer->bytes, answer->size), arena, &reply) == 0);
    if (reply->results[forged]->outcome != CI__HEAL_RESULT__OUTCOME__REFUSED)
        violated(5, "the server took back a record that was altered under its seal");
}

static void sync_forging(struct world *world, struct install *install)
{
    struct message *message;
    int forged = NONE_FORGED;

    install_begin(world, install);
    while (install->visit && (message = message_of(world, install->visit)) != NULL) {
        if (message->to_server && message->type == MESSAGE_HEAL)
            forged = forge(world, install, message);
        else if (!message->to_server && forged != NONE_FORGED)
            check_refused(message, forged);
        if (!message->to_server)
            forged = NONE_FORGED;
        network_deliver(world, message);
        invariants_check(world);
    }
}

void record_is_forged(struct world *world)
{
    size_t index = chance_below(&world->chance, 3);
    struct install *one = &world->installs[index], *other = &world->installs[(index + 1) % 3];
    struct image image = { 0 };

    if (!one->is_alive || !other->is_alive || one->visit || other->visit)
        return;
    sync_whole(world, one);
    sync_whole(world, other);
    server_back_up(&world->server, &image);
    write_side_by_side(world, one, other);
    sync_whole(world, one);
    sync_whole(world, other);
    sync_whole(world, one);
    tell(world, "the server is put back to before two answers");
    server_put_back(world, &image);
    acknowledged_excuse(world);
    sync_forging(world, one);
    image_done(&image);
}
