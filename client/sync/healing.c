/*
 * healing.c: see healing.h. All that it holds is in memory: a sync that was cut asks again, and what was healed by then is
 * not lacked any more.
 */
#include "client/sync/healing.h"

#include <stdio.h>
#include <string.h>

#include "client/replica/exchange.h"
#include "client/sync/refused.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "common/wire/error.h"

enum { HEALING_ARENA = 8 * 1024 * 1024 };

int healing_init(struct healing *healing)
{
    *healing = (struct healing){ .records_max = HEAL_HEADS_MAX };
    TRY(arena_new(&healing->arena, HEALING_ARENA));
    return arena_new(&healing->page, HEALING_ARENA);
}

void healing_done(struct healing *healing)
{
    healing->arena = arena_free(healing->arena);
    healing->page = arena_free(healing->page);
}

int healing_begin(struct healing *healing, const Ci__HelloReply *hello, char (*dossiers)[9], size_t dossier_count,
                  bool *lost)
{
    struct bytes packed;
    Ci__HelloReply *kept = NULL;

    arena_reset(healing->arena);
    packed = codec_pack(hello, healing->arena);
    if (!packed.data || CODEC_UNPACK(ci__hello_reply, packed, healing->arena, &kept) != 0)
        return FAULT(FAULT_MEMORY, "out of memory for what the server lacks");
    healing->hello = kept;
    healing->dossiers = dossiers;
    healing->dossier_count = dossier_count;
    healing->dossier = 0;
    healing->begun = false;
    healing->failures = 0;
    *lost = false;
    for (size_t i = 0; i < kept->n_standings; i++)
        *lost = *lost || kept->standings[i]->rewound || kept->standings[i]->n_lacked > 0;
    return 0;
}

static int begin_dossier(struct healing *healing, struct replica *replica)
{
    const char *dossier = healing->dossiers[healing->dossier];

    healing->begun = true;
    healing->after[0] = '\0';
    healing->lacked_count = healing->offered = 0;
    TRY(exchange_asks_all(replica, dossier, &healing->asks_all));
    for (size_t i = 0; i < healing->hello->n_standings; i++) {
        const Ci__DossierStanding *standing = healing->hello->standings[i];

        if (strcmp(standing->dossier, dossier) != 0)
            continue;
        healing->asks_all = healing->asks_all || standing->rewound;
        healing->lacked = standing->lacked;
        healing->lacked_count = standing->n_lacked;
    }
    return 0;
}

/* What is lacked is offered before more is asked. HEALING_ENDED: neither is left in this dossier. */
static int next_of_dossier(struct healing *healing, struct replica *replica, struct arena *arena, Ci__Heal *heal)
{
    int result = HEALING_ENDED;

    heal->dossier = healing->dossiers[healing->dossier];
    while (healing->offered < healing->lacked_count) {
        TRY(exchange_offer(replica, arena, healing->lacked + healing->offered, healing->lacked_count - healing->offered,
                           healing->records_max, &healing->taken, heal));
        if (heal->n_records > 0)
            return 0;
        healing->offered += healing->taken; /* gone from this home, so not its to offer */
    }
    if (healing->asks_all)
        result = exchange_places(replica, arena, heal->dossier, healing->after, heal);
    if (result == REPLICA_NONE)
        return HEALING_ENDED;
    return result;
}

int healing_next(struct healing *healing, struct replica *replica, struct arena *arena, Ci__Heal *heal)
{
    for (; healing->dossier < healing->dossier_count; healing->dossier++, healing->begun = false) {
        int result;

        if (!healing->begun)
            TRY(begin_dossier(healing, replica));
        result = next_of_dossier(healing, replica, arena, heal);
        if (result != HEALING_ENDED)
            return result;
    }
    return HEALING_ENDED;
}

/* What the server lacks of those that were asked about. */
static int take_lacked(struct healing *healing, struct replica *replica, const Ci__Heal *heal,
                       const Ci__HealReply *reply)
{
    arena_reset(healing->page);
    healing->offered = healing->lacked_count = 0;
    healing->lacked = arena_alloc(healing->page, (reply->n_lacked + 1) * sizeof *healing->lacked);
    if (!healing->lacked)
        return FAULT(FAULT_MEMORY, "out of memory for what the server lacks");
    for (size_t i = 0; i < reply->n_lacked; i++) {
        healing->lacked[i] = arena_string(healing->page, reply->lacked[i]);
        if (!healing->lacked[i])
            return FAULT(FAULT_MEMORY, "out of memory for what the server lacks");
        healing->lacked_count++;
    }
    snprintf(healing->after, sizeof healing->after, "%s", heal->places[heal->n_places - 1]->key);
    return reply->n_lacked > 0 ? exchange_note_lost(replica) : 0;
}

int healing_answer(struct healing *healing, struct replica *replica, struct arena *arena, const Ci__Heal *heal,
                   const Ci__HealReply *reply, uint64_t *healed, uint64_t *parked)
{
    TRY(exchange_healed(replica, arena, heal, reply));
    for (size_t i = 0; i < reply->n_results; i++) {
        *healed += reply->results[i]->outcome == CI__HEAL_RESULT__OUTCOME__HEALED;
        *parked += reply->results[i]->outcome == CI__HEAL_RESULT__OUTCOME__REFUSED;
    }
    if (heal->n_places > 0)
        return take_lacked(healing, replica, heal, reply);
    healing->offered += healing->taken;
    healing->records_max = HEAL_HEADS_MAX;
    return 0;
}

static void note_failed(struct healing *healing, const Ci__SealedRecord *sealed)
{
    size_t at = healing->failures++;

    snprintf(healing->failed[at].dossier, sizeof healing->failed[at].dossier, "%s", sealed->dossier);
    snprintf(healing->failed[at].key, sizeof healing->failed[at].key, "%s", sealed->key);
}

/*
 * A record that cannot be read will not get better. One that the server fails over might, but what comes with the pull would take
 * its place: so it is parked too, once it is known that the server does not fail over everything.
 */
int healing_refused(struct healing *healing, struct replica *replica, struct arena *arena, const Ci__Heal *heal,
                    const Ci__Error *error, uint64_t *parked)
{
    if (heal->n_records > 1) {
        healing->records_max = heal->n_records / 2;
        return 0;
    }
    if (error->code != ERROR_INTERNAL) {
        TRY(exchange_park_record(replica, arena, heal->records[0], error));
        ++*parked;
    } else if (healing->failures == REFUSED_FAILURES_MAX) {
        return refused(error);
    } else {
        note_failed(healing, heal->records[0]);
    }
    healing->offered += healing->taken;
    healing->records_max = HEAL_HEADS_MAX;
    return 0;
}

int healing_end(struct healing *healing, struct replica *replica, struct arena *arena, uint64_t *parked)
{
    for (; healing->failures > 0; healing->failures--) {
        Ci__SealedRecord *sealed = NULL;
        Ci__Error *error = error_new(arena, ERROR_INTERNAL, NULL, NULL);
        int found = exchange_sealed(replica, arena, healing->failed[healing->failures - 1].dossier,
                                    healing->failed[healing->failures - 1].key, &sealed);

        TRY(found);
        if (!error)
            return FAULT(FAULT_MEMORY, "out of memory for what the server lacks");
        if (found == REPLICA_NONE)
            continue;
        TRY(exchange_park_record(replica, arena, sealed, error));
        ++*parked;
    }
    return 0;
}
