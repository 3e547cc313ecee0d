/*
 * ask.c: see ask.h. Reads the replica; knows nothing of messages but the records.
 */
#include "client/sync/ask.h"

#include <stdio.h>
#include <string.h>

#include "common/base/fault.h"
#include "common/monitor/area.h"
#include "common/wire/codec.h"

static void add_area(struct ask *ask, const char *code)
{
    if (ask->area_count < ENGINE_AREAS_MAX && strlen(code) < sizeof ask->areas[0])
        snprintf(ask->areas[ask->area_count++], sizeof ask->areas[0], "%s", code);
}

/* The areas that the municipality lies in; none where its record is not here. */
static int add_municipality(struct ask *ask, struct replica *replica, const char *code, struct arena *arena)
{
    Ci__Edit *edit = NULL;
    Ci__Area *area = NULL;
    const char *key = arena_format(arena, "area/%s", code);

    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory");
    int found = replica_word(replica, arena, "NL", key, &edit, NULL);

    if (found != 0 || edit->cleared)
        return found < 0 ? found : 0;
    if (CODEC_UNPACK(ci__area, bytes_from(edit->value), arena, &area) != 0)
        return FAULT(FAULT_CORRUPT, "the record of area %s cannot be read", code);
    for (size_t i = 0; i < area->n_parents; i++)
        add_area(ask, area->parents[i]);
    add_area(ask, area_size_class_code(area_size_class(area->population)));
    return 0;
}

struct rounds {
    struct ask *ask;
    struct replica *replica;
    struct arena *arena;
};

static int add_round(void *context, const char *key)
{
    struct rounds *rounds = context;
    const char *id = key + strlen("round/");
    Ci__Round *round = NULL;
    int found = replica_round(rounds->replica, rounds->arena, id, &round);

    if (found < 0)
        return found;
    if (found == 0 && round->state != CI__ROUND__STATE__PLANNED && rounds->ask->round_count < ENGINE_ROUNDS_MAX &&
        strlen(id) < sizeof rounds->ask->rounds[0])
        snprintf(rounds->ask->rounds[rounds->ask->round_count++], sizeof rounds->ask->rounds[0], "%s", id);
    return 0;
}

int ask_find(struct ask *ask, struct replica *replica, const struct identity *identity, struct arena *arena)
{
    const char *municipality = identity_municipality(identity);
    struct rounds rounds = { ask, replica, arena };

    *ask = (struct ask){ 0 };
    if (municipality)
        TRY(add_municipality(ask, replica, municipality, arena));
    else if (identity->role == CI__ROLE__ROLE_COORDINATOR)
        for (size_t i = 0; i < identity->area_count; i++)
            add_area(ask, identity->areas[i]);
    return ask->area_count ? replica_each(replica, "NL", "round/", add_round, &rounds) : 0;
}
