/*
 * bundle_healing.c: what a home offers in a bundle to a server that has lost something: all that it holds, since which of it
 * is lacked is not known; what of a refused letter is suspect, one record a letter.
 */
#include <stdio.h>
#include <string.h>

#include "client/replica/exchange.h"
#include "client/sync/making.h"
#include "common/base/fault.h"
#include "common/monitor/record_key.h"
#include "common/wire/message.h"

static bool is_suspect(const struct making *making, const char *key)
{
    for (size_t i = 0; i < making->kept.n_suspects; i++)
        if (strcmp(making->kept.suspects[i], key) == 0)
            return true;
    return false;
}

/* How many of these go in one letter: a suspect alone, so that the one to blame is found, and all others are not to wait. */
static size_t count_together(const struct making *making, char *const *keys, size_t count)
{
    size_t together = 0;

    while (together < count && !is_suspect(making, keys[together]))
        together++;
    return together ? together : 1;
}

/* All records of these keys, in as many letters as it takes. */
static int add_offers(struct making *making, const Ci__Heal *places)
{
    size_t taken;
    char **keys = arena_alloc(making->arena, places->n_places * sizeof *keys);

    for (size_t i = 0; keys && i < places->n_places; i++)
        keys[i] = arena_string(making->arena, places->places[i]->key);
    for (size_t i = 0; keys && i < places->n_places; i += taken) {
        Ci__Heal heal = CI__HEAL__INIT;

        arena_reset(making->request);
        heal.dossier = places->dossier;
        TRY(exchange_offer(making->options->replica, making->request, keys + i,
                           count_together(making, keys + i, places->n_places - i), HEAL_HEADS_MAX, &taken, &heal));
        int result = heal.n_records > 0 ? making_add(making, MESSAGE_HEAL, &heal.base) : 0;

        if (result != 0)
            return result;
    }
    return keys ? 0 : FAULT(FAULT_MEMORY, "out of memory for a bundle");
}

/* Unasked: which of them the server lacks is not known. What it has is covered, and changes nothing. */
int making_add_healing(struct making *making, const char *dossier)
{
    char after[RECORD_KEY_MAX + 1] = "";

    for (;;) {
        Ci__Heal places = CI__HEAL__INIT;

        arena_reset(making->request);
        int result = exchange_places(making->options->replica, making->request, dossier, after, &places);

        if (result != 0)
            return result == REPLICA_NONE ? 0 : result;
        places.dossier = (char *)(uintptr_t)dossier;
        snprintf(after, sizeof after, "%s", places.places[places.n_places - 1]->key);
        result = add_offers(making, &places);
        if (result != 0)
            return result;
    }
}
