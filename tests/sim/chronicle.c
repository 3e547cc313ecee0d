/*
 * chronicle.c: learning edits, reading the journal. Knows no rules.
 */
#include "tests/sim/chronicle.h"

#include <stdio.h>

#include "client/replica/replica.h"
#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "tests/sim/held.h"
#include "tests/sim/oracle.h"
#include "tests/sim/reached.h"
#include "tests/sim/world.h"

int chronicle_find(const struct chronicle *chronicle, struct bytes id)
{
    if (id.size == ID_BYTES)
        for (size_t i = chronicle->said_count; i-- > 0;)
            if (memcmp(chronicle->said[i].id, id.data, ID_BYTES) == 0)
                return (int)i;
    return NOBODY;
}

/* An edit is immutable: wherever it comes by, it is to the byte what its author saved. */
static void digest_edit(const Ci__Edit *edit, uint8_t digest[DIGEST_BYTES])
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct bytes packed;

    MUST(arena_new(&arena, 4 * 1024 * 1024));
    packed = codec_pack(edit, arena);
    CHECK(packed.data != NULL);
    digest_bytes(digest, packed.data, packed.size);
}

int chronicle_learn(struct chronicle *chronicle, const Ci__Edit *edit, int home)
{
    int known = chronicle_find(chronicle, bytes_from(edit->id));
    struct said *said = &chronicle->said[chronicle->said_count];
    uint8_t whole[DIGEST_BYTES];

    digest_edit(edit, whole);
    if (known != NOBODY && memcmp(chronicle->said[known].whole, whole, DIGEST_BYTES) != 0)
        violated(8, "an edit of %s comes back otherwise than it was written", edit->key);
    if (known != NOBODY)
        return known;
    CHECK(chronicle->said_count < SAID_MAX);
    *said = (struct said){ .cleared = edit->cleared, .has_base = edit->base_edit.len > 0, .home = home };
    memcpy(said->id, edit->id.data, ID_BYTES);
    memcpy(said->whole, whole, DIGEST_BYTES);
    snprintf(said->dossier, sizeof said->dossier, "%s", edit->dossier);
    snprintf(said->key, sizeof said->key, "%s", edit->key);
    digest_bytes(said->value, edit->value.data, edit->value.len);
    if (said->has_base)
        memcpy(said->base_value, edit->base_digest.data, DIGEST_BYTES);
    for (size_t i = 0; i < edit->n_seen; i++) {
        int seen = chronicle_find(chronicle, bytes_from(edit->seen[i]));

        if (seen != NOBODY)
            said->seen[said->seen_count++] = seen;
    }
    said->named_count = said->seen_count;
    return (int)chronicle->said_count++;
}

/* ---- the journal ---- */

static void note_number(struct chronicle *chronicle, const Ci__EditEntry *entry, int edit)
{
    struct numbered *number = &chronicle->numbers[chronicle->number_count];

    if (!entry->install[0] || entry->incarnation.len != ID_BYTES)
        return;
    for (size_t i = 0; i < chronicle->number_count; i++)
        if (strcmp(chronicle->numbers[i].install, entry->install) == 0 &&
            chronicle->numbers[i].number == entry->number &&
            memcmp(chronicle->numbers[i].incarnation, entry->incarnation.data, ID_BYTES) == 0)
            violated(3, "number %llu of one incarnation has two accepted edits", (unsigned long long)entry->number);
    CHECK(chronicle->number_count < SAID_MAX);
    *number = (struct numbered){ .number = entry->number, .edit = edit };
    snprintf(number->install, sizeof number->install, "%s", entry->install);
    memcpy(number->incarnation, entry->incarnation.data, ID_BYTES);
    chronicle->number_count++;
}

static void add_outcome(struct chronicle *chronicle, const struct said *said, Ci__EditEntry__Outcome outcome)
{
    uint64_t sum = chronicle->outcomes ^ (uint64_t)outcome;

    for (const char *at = said->key; *at && strncmp(said->key, "admission/", 10) != 0; at++) /* an id is in that */
        sum = (sum ^ (uint8_t)*at) * 1099511628211u;
    if (strncmp(said->key, "submission/", 11) != 0) /* that names edits by their ids */
        sum ^= get_u64(said->value);
    chronicle->outcomes = sum * 1099511628211u;
}

/* What an install gave back. A head may have been accepted here before, and superseded since. */
static void read_heal(struct chronicle *chronicle, const Ci__HealEntry *heal, const struct journal_head *place)
{
    if (heal->edit) {
        struct said *said = &chronicle->said[chronicle_learn(chronicle, heal->edit, BY_SERVER_ITSELF)];

        if (!said->accepted)
            said->accepted = place->position;
    }
    reached(REACHED_HEALED);
    oracle_heal(chronicle, heal, place);
}

static void read_entry(struct world *world, const Ci__Entry *entry, const struct journal_head *place)
{
    struct chronicle *chronicle = &world->chronicle;
    struct said *said;
    bool admitted;
    int edit;

    if (entry->fact_case == CI__ENTRY__FACT_HEAL)
        read_heal(chronicle, entry->heal, place);
    if (entry->fact_case != CI__ENTRY__FACT_EDIT)
        return;
    edit = chronicle_learn(chronicle, entry->edit->edit, BY_SERVER_ITSELF);
    said = &chronicle->said[edit];
    admitted = said->accepted && said->late && entry->edit->outcome != CI__EDIT_ENTRY__OUTCOME__LATE;
    reached_if(admitted, REACHED_ADMITTED);
    if (said->accepted && !admitted)
        violated(2, "the edit of %s at %llu was accepted again at %llu", said->key, (unsigned long long)said->accepted,
                 (unsigned long long)place->position);
    said->accepted = place->position;
    said->late = entry->edit->outcome == CI__EDIT_ENTRY__OUTCOME__LATE;
    said->was_late |= said->late;
    reached_if(said->late, REACHED_LATE);
    reached_if(strncmp(said->key, "answer/2028/", 12) == 0, REACHED_NEW_VERSION);
    reached_if(!said->late && strncmp(said->key, "submission/", 11) == 0, REACHED_SUBMITTED);
    note_number(chronicle, entry->edit, edit);
    if (said->home != BY_SERVER_ITSELF)
        add_outcome(chronicle, said, entry->edit->outcome);
    if (admitted && !entry->edit->install[0])
        oracle_admit(chronicle, edit);
    if (!said->late && entry->edit->standing.len > 0) /* else it is for the history alone */
        oracle_apply(chronicle, entry->edit, place);
}

/* What was read of the journal before is in it no more. */
static void begin_anew(struct chronicle *chronicle)
{
    for (size_t i = 0; i < chronicle->said_count; i++) {
        chronicle->said[i].accepted = chronicle->said[i].late = 0;
        chronicle->said[i].seen_count = chronicle->said[i].named_count;
    }
    chronicle->stands_count = chronicle->number_count = 0;
    chronicle->outcomes = 0;
    chronicle->head = (struct journal_head){ 0 };
}

static bool still_holds(const char *path, const struct journal_head *known)
{
    CLEANUP(journal_reader_close) struct journal_reader *reader = NULL;
    struct journal_head head;
    struct bytes entry;
    uint64_t position;

    if (known->position == 0)
        return true;
    MUST(journal_read(&reader, path, known->position));
    return journal_read_next(reader, &position, &entry, &head) == 0 && position == known->position &&
           memcmp(head.hash, known->hash, DIGEST_BYTES) == 0;
}

static void read_on(struct world *world, struct journal_reader *reader)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct chronicle *chronicle = &world->chronicle;
    struct bytes packed;
    uint64_t position;
    int result;

    MUST(arena_new(&arena, 4 * 1024 * 1024));
    while ((result = journal_read_next(reader, &position, &packed, &chronicle->head)) == 0) {
        Ci__Entry *entry = NULL;

        arena_reset(arena);
        if (CODEC_UNPACK(ci__entry, packed, arena, &entry) != 0)
            violated(14, "entry %llu of the journal cannot be read", (unsigned long long)position);
        read_entry(world, entry, &chronicle->head);
    }
    MUST(result < 0 ? result : 0);
}

void chronicle_read(struct world *world)
{
    CLEANUP(journal_reader_close) struct journal_reader *reader = NULL;
    struct chronicle *chronicle = &world->chronicle;
    struct journal_head head = journal_head(world->server.journal);

    if (head.position == chronicle->head.position && memcmp(head.hash, chronicle->head.hash, DIGEST_BYTES) == 0)
        return;
    if (head.position < chronicle->head.position || !still_holds(world->server.journal_path, &chronicle->head))
        begin_anew(chronicle);
    MUST(journal_read(&reader, world->server.journal_path, chronicle->head.position + 1));
    read_on(world, reader);
    chronicle->moved = true;
}

/* ---- installs ---- */

static void mark_dirty(struct chronicle *chronicle, const struct install *install)
{
    chronicle->dirty |= 1u << install->index;
}

void chronicle_saved(struct world *world, struct install *install, const char *dossier, const char *key,
                     const uint8_t id[ID_BYTES])
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Edit *edit = NULL;
    bool unsent = false;

    MUST(arena_new(&arena, 4 * 1024 * 1024));
    MUST(replica_word(install->replica, arena, dossier, key, &edit, &unsent));
    if (!unsent || memcmp(edit->id.data, id, ID_BYTES) != 0)
        violated(1, "what was saved of %s is not what the home says of it", key);
    chronicle_learn(&world->chronicle, edit, (int)install->index);
    mark_dirty(&world->chronicle, install);
}

void chronicle_crashed(struct world *world, struct install *install)
{
    mark_dirty(&world->chronicle, install);
    world->chronicle.forgets |= 1u << install->index;
}

void chronicle_received(struct world *world, struct install *install)
{
    mark_dirty(&world->chronicle, install);
}

void chronicle_synced(struct world *world, struct install *install)
{
    mark_dirty(&world->chronicle, install);
}

void chronicle_put_back(struct world *world, struct install *install)
{
    struct chronicle *chronicle = &world->chronicle;

    chronicle_crashed(world, install);
    for (size_t i = 0; i < chronicle->said_count; i++) {
        struct said *said = &chronicle->said[i];

        if (said->home != (int)install->index || (install->is_alive && held_as_kept(world, install, (int)i)))
            continue;
        said->unkept = true;
        said->excused |= !said->acknowledged;
    }
}

bool chronicle_must_keep(const struct world *world, int edit)
{
    const struct said *said = &world->chronicle.said[edit];

    return said->acknowledged && said->home >= 0 && !said->unkept && !said->refused &&
           !(said->backed_up && world->installs[said->home].keeps_few);
}

void chronicle_backed_up(struct chronicle *chronicle)
{
    for (size_t i = 0; i < chronicle->said_count; i++)
        chronicle->said[i].backed_up |= chronicle->said[i].accepted != 0;
}
