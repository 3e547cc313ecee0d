/*
 * journal_facts.c: looks into entries while the journal is surveyed.
 */
#include "server/backup/journal_facts.h"

#include "common/base/fault.h"
#include "proto/journal.pb-c.h"
#include "server/ledger/records.h"

enum { ARENA_BYTES = 4 * 1024 * 1024 };

static int learn_server(struct journal_facts *facts, const Ci__Entry *entry)
{
    const Ci__Genesis *genesis = entry->fact_case == CI__ENTRY__FACT_GENESIS ? entry->genesis : NULL;

    if (!genesis || genesis->server.len != ID_BYTES || genesis->ca_fingerprint.len != DIGEST_BYTES)
        return FAULT(FAULT_CORRUPT, "the journal's first entry does not say whose it is");
    memcpy(facts->server, genesis->server.data, ID_BYTES);
    memcpy(facts->authority, genesis->ca_fingerprint.data, DIGEST_BYTES);
    return 0;
}

static bool look(void *context, const struct journal_head *head, struct bytes packed)
{
    struct journal_facts *facts = context;
    Ci__Entry *entry = NULL;

    arena_reset(facts->arena);
    facts->result = stored_unpack(&ci__entry__descriptor, packed, facts->arena, (ProtobufCMessage **)&entry);
    if (facts->result == 0 && head->position == 1)
        facts->result = learn_server(facts, entry);
    if (facts->result < 0 || (facts->until_ms > 0 && entry->time_ms > facts->until_ms))
        return false;
    facts->newest_ms = entry->time_ms;
    if (head->position == facts->known.position)
        facts->known_is_here = digest_equal(head->hash, facts->known.hash, DIGEST_BYTES);
    return true;
}

int journal_facts_survey(struct journal_facts *facts, const char *journal, struct journal_survey *survey)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    int result;

    TRY(arena_new(&arena, ARENA_BYTES));
    facts->arena = arena;
    result = journal_survey(survey, journal, look, facts);
    facts->arena = NULL;
    return result < 0 ? result : facts->result;
}
