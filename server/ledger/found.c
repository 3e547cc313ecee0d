/*
 * found.c: a new journal's first entries. Knows nothing of the files that they came from.
 */
#include "server/ledger/found.h"

#include "common/base/fault.h"
#include "common/monitor/questionnaire.h"
#include "common/wire/codec.h"
#include "server/ledger/own_edits.h"
#include "server/ledger/records.h"

enum { FOUND_ARENA_BYTES = 16 * 1024 * 1024 };

static int add(struct batch *batch, const char *key, const void *message, struct bytes packed, struct arena *arena)
{
    struct refusal refusal = { 0 };
    int result;

    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory for the first entries");
    result = message ? own_message_add(batch, "", key, message, arena, &refusal)
                     : own_edit_add(batch, "", key, packed, arena, &refusal);
    if (result == REFUSED)
        return FAULT(FAULT_INVALID, "%s cannot be founded: %s (%s)", key, error_row(refusal.code)->en,
                     refusal.en ? refusal.en : "-");
    return result;
}

static int add_genesis(struct batch *batch, const struct founding *founding)
{
    Ci__Genesis genesis = CI__GENESIS__INIT;
    Ci__Entry entry = CI__ENTRY__INIT;

    genesis.format = 1;
    genesis.server = bytes_to(bytes_of(founding->server, sizeof founding->server));
    genesis.ca_fingerprint = bytes_to(bytes_of(founding->ca_fingerprint, sizeof founding->ca_fingerprint));
    genesis.address = (char *)(uintptr_t)founding->address;
    entry.fact_case = CI__ENTRY__FACT_GENESIS;
    entry.genesis = &genesis;
    return batch_add(batch, &entry, NULL);
}

static int add_areas(struct batch *batch, const struct founding *founding, struct arena *arena)
{
    for (size_t i = 0; i < founding->area_count; i++) {
        TRY(add(batch, arena_format(arena, "area/%s", founding->areas[i]->code), founding->areas[i],
                (struct bytes){ 0 }, arena));
        arena_reset(arena);
    }
    return 0;
}

static int add_round(struct batch *batch, const struct founding *founding, const Ci__Questionnaire *questionnaire,
                     struct arena *arena)
{
    Ci__Round round = *founding->round;
    uint8_t hash[DIGEST_BYTES];

    digest_bytes(hash, founding->questionnaire.data, founding->questionnaire.size);
    round.questionnaire = arena_format(arena, "%s/%u", questionnaire->name, questionnaire->version);
    round.questionnaire_hash = bytes_to(bytes_of(hash, sizeof hash));
    if (!round.questionnaire)
        return FAULT(FAULT_MEMORY, "out of memory for the first entries");
    return add(batch, arena_format(arena, "round/%s", round.id), &round, (struct bytes){ 0 }, arena);
}

int ledger_found(struct batch *batch, const struct founding *founding)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Questionnaire *questionnaire = NULL;

    if (batch->head.position != 0)
        return FAULT(FAULT_STATE, "this journal is not empty: it has been founded already");
    TRY(arena_new(&arena, FOUND_ARENA_BYTES));
    TRY(add_genesis(batch, founding));
    TRY(add_areas(batch, founding, arena));
    if (founding->questionnaire.size == 0)
        return 0;
    if (CODEC_UNPACK(ci__questionnaire, founding->questionnaire, arena, &questionnaire) != 0)
        return FAULT(FAULT_INVALID, "the questionnaire cannot be read");
    TRY(add(batch, arena_format(arena, "questionnaire/%s/%u", questionnaire->name, questionnaire->version), NULL,
            founding->questionnaire, arena));
    return founding->round ? add_round(batch, founding, questionnaire, arena) : 0;
}
