/*
 * history.c: learning edits, reading the journal, noting answers. Knows no rules.
 */
#include "tests/sim/history.h"

#include <stdio.h>

#include "client/replica/replica.h"
#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "common/wire/message.h"
#include "tests/sim/held.h"
#include "tests/sim/oracle.h"
#include "tests/sim/scope.h"
#include "tests/sim/world.h"

int history_find(const struct history *history, struct bytes id)
{
    if (id.size == ID_BYTES)
        for (size_t i = history->said_count; i-- > 0;)
            if (memcmp(history->said[i].id, id.data, ID_BYTES) == 0)
                return (int)i;
    return NOBODY;
}

int history_learn(struct history *history, const Ci__Edit *edit, int home)
{
    int known = history_find(history, bytes_from(edit->id));
    struct said *said = &history->said[history->said_count];

    if (known != NOBODY)
        return known;
    CHECK(history->said_count < SAID_MAX);
    *said = (struct said){ .cleared = edit->cleared, .has_base = edit->base_edit.len > 0, .home = home };
    memcpy(said->id, edit->id.data, ID_BYTES);
    snprintf(said->dossier, sizeof said->dossier, "%s", edit->dossier);
    snprintf(said->key, sizeof said->key, "%s", edit->key);
    digest_bytes(said->value, edit->value.data, edit->value.len);
    if (said->has_base)
        memcpy(said->base_value, edit->base_digest.data, DIGEST_BYTES);
    for (size_t i = 0; i < edit->n_seen; i++) {
        int seen = history_find(history, bytes_from(edit->seen[i]));

        if (seen != NOBODY)
            said->seen[said->seen_count++] = seen;
    }
    return (int)history->said_count++;
}

/* ---- the journal ---- */

static void note_number(struct history *history, const Ci__EditEntry *entry, int edit)
{
    struct numbered *number = &history->numbers[history->number_count];

    if (!entry->install[0])
        return;
    for (size_t i = 0; i < history->number_count; i++)
        if (strcmp(history->numbers[i].install, entry->install) == 0 && history->numbers[i].number == entry->number &&
            memcmp(history->numbers[i].incarnation, entry->incarnation.data, ID_BYTES) == 0)
            violated(3, "number %llu of one incarnation has two accepted edits", (unsigned long long)entry->number);
    CHECK(history->number_count < SAID_MAX);
    *number = (struct numbered){ .number = entry->number, .edit = edit };
    snprintf(number->install, sizeof number->install, "%s", entry->install);
    memcpy(number->incarnation, entry->incarnation.data, ID_BYTES);
    history->number_count++;
}

static void add_outcome(struct history *history, const struct said *said, Ci__EditEntry__Outcome outcome)
{
    uint64_t sum = history->outcomes ^ (uint64_t)outcome;

    for (const char *at = said->key; *at; at++)
        sum = (sum ^ (uint8_t)*at) * 1099511628211u;
    if (strncmp(said->key, "submission/", 11) != 0) /* that names edits by their ids */
        sum ^= get_u64(said->value);
    history->outcomes = sum * 1099511628211u;
}

static void read_entry(struct world *world, const Ci__Entry *entry, const struct journal_head *place)
{
    struct history *history = &world->history;
    struct said *said;
    int edit;

    if (entry->fact_case != CI__ENTRY__FACT_EDIT)
        return;
    edit = history_learn(history, entry->edit->edit, BY_SERVER_ITSELF);
    said = &history->said[edit];
    if (said->accepted)
        violated(2, "the edit of %s at %llu was accepted again at %llu", said->key, (unsigned long long)said->accepted,
                 (unsigned long long)place->position);
    said->accepted = place->position;
    said->late = entry->edit->outcome == CI__EDIT_ENTRY__OUTCOME__LATE;
    note_number(history, entry->edit, edit);
    if (said->home != BY_SERVER_ITSELF)
        add_outcome(history, said, entry->edit->outcome);
    if (!said->late)
        oracle_apply(history, entry->edit, place);
}

/* What was read of the journal before is in it no more. */
static void begin_anew(struct history *history)
{
    for (size_t i = 0; i < history->said_count; i++)
        history->said[i].accepted = history->said[i].late = 0;
    history->stands_count = history->absorbed_count = history->number_count = 0;
    history->outcomes = 0;
    history->head = (struct journal_head){ 0 };
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
    struct history *history = &world->history;
    struct bytes packed;
    uint64_t position;
    int result;

    MUST(arena_new(&arena, 4 * 1024 * 1024));
    while ((result = journal_read_next(reader, &position, &packed, &history->head)) == 0) {
        Ci__Entry *entry = NULL;

        arena_reset(arena);
        if (CODEC_UNPACK(ci__entry, packed, arena, &entry) != 0)
            violated(14, "entry %llu of the journal cannot be read", (unsigned long long)position);
        read_entry(world, entry, &history->head);
    }
    MUST(result < 0 ? result : 0);
}

void history_read(struct world *world)
{
    CLEANUP(journal_reader_close) struct journal_reader *reader = NULL;
    struct history *history = &world->history;
    struct journal_head head = journal_head(world->server.journal);

    if (head.position == history->head.position && memcmp(head.hash, history->head.hash, DIGEST_BYTES) == 0)
        return;
    if (head.position < history->head.position || !still_holds(world->server.journal_path, &history->head))
        begin_anew(history);
    MUST(journal_read(&reader, world->server.journal_path, history->head.position + 1));
    read_on(world, reader);
    history->moved = true;
}

/* ---- installs ---- */

static void mark_dirty(struct history *history, const struct install *install)
{
    history->dirty |= 1u << install->index;
}

void history_saved(struct world *world, struct install *install, const char *dossier, const char *key,
                   const uint8_t id[ID_BYTES])
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Edit *edit = NULL;
    bool unsent = false;

    MUST(arena_new(&arena, 4 * 1024 * 1024));
    MUST(replica_word(install->replica, arena, dossier, key, &edit, &unsent));
    if (!unsent || memcmp(edit->id.data, id, ID_BYTES) != 0)
        violated(1, "what was saved of %s is not what the home says of it", key);
    history_learn(&world->history, edit, (int)install->index);
    mark_dirty(&world->history, install);
}

void history_crashed(struct world *world, struct install *install)
{
    mark_dirty(&world->history, install);
    world->history.forgets |= 1u << install->index;
}

void history_received(struct world *world, struct install *install)
{
    mark_dirty(&world->history, install);
}

void history_synced(struct world *world, struct install *install)
{
    mark_dirty(&world->history, install);
}

void history_put_back(struct world *world, struct install *install)
{
    struct history *history = &world->history;

    history_crashed(world, install);
    for (size_t i = 0; i < history->said_count; i++)
        if (history->said[i].home == (int)install->index && !history->said[i].acknowledged &&
            (!install->is_alive || !held_as_own(world, install, (int)i)))
            history->said[i].excused = true;
}

/* ---- answers ---- */

static void push_answered(struct world *world, const Ci__PushReply *reply, const struct principal *principal)
{
    for (size_t i = 0; i < reply->n_results; i++) {
        int edit = history_find(&world->history, bytes_from(reply->results[i]->edit));

        if (edit == NOBODY || reply->results[i]->outcome == CI__PUSH_RESULT__OUTCOME__REFUSED)
            continue;
        world->history.said[edit].acknowledged = true;
        if (!world->history.said[edit].accepted)
            violated(1, "an edit of %s is acknowledged, and is not in the journal", world->history.said[edit].key);
    }
    for (size_t i = 0; i < reply->n_records; i++)
        scope_check(principal, reply->records[i]);
}

void history_answered(struct world *world, const struct request *request, size_t size)
{
    uint16_t type = request->route ? request->route->type : 0;

    if (size > message_limit(request->error ? MESSAGE_ERROR : (uint16_t)(MESSAGE_REPLY + type)))
        violated(11, "an answer of %zu bytes is larger than it may be", size);
    if (request->error)
        return;
    if (request->principal.person[0] && scope_is_revoked(&world->history, &request->principal))
        violated(8, "%s is revoked, and was answered", request->principal.person);
    if (type == MESSAGE_PUSH)
        push_answered(world, (const Ci__PushReply *)request->reply, &request->principal);
    if (type == MESSAGE_PULL)
        for (size_t i = 0; i < ((const Ci__PullReply *)request->reply)->n_items; i++)
            scope_check(&request->principal, ((const Ci__PullReply *)request->reply)->items[i]->record);
}
