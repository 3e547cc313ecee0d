/*
 * held.c: reads a replica beside its own functions, table by table. Changes nothing but a cursor, where it is told to.
 */
#include "tests/sim/held.h"

#include "client/replica/exchange.h"
#include "client/replica/tables.h"
#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "tests/sim/oracle.h"
#include "tests/sim/world.h"

struct reading {
    const struct history *history;
    struct held *held;
};

static int note_parked(void *context, const Ci__Edit *edit, const Ci__Error *error)
{
    struct reading *reading = context;
    int index = history_find(reading->history, bytes_from(edit->id));

    (void)error;
    if (index != NOBODY)
        reading->held->parked[index] = true;
    return 0;
}

static void read_outbox(struct reading *reading, struct install *install, struct arena *arena)
{
    struct txn txn;
    struct txn_cursor cursor;

    MUST(txn_begin_read(&txn, install->replica->store));
    txn_cursor_open(&cursor, &txn, TABLE_OUTBOX, bytes_of(NULL, 0), bytes_of(NULL, 0));
    while (txn_cursor_next(&cursor)) {
        Ci__Edit *edit = NULL;
        int index;

        CHECK(CODEC_UNPACK(ci__edit, cursor.value, arena, &edit) == 0);
        index = history_find(reading->history, bytes_from(edit->id));
        reading->held->unsent_count++;
        if (index != NOBODY)
            reading->held->unsent[index] = true;
    }
    txn_cursor_close(&cursor);
    txn_end(&txn);
}

void held_read(const struct history *history, struct install *install, struct held *held)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct reading reading = { history, held };

    memset(held, 0, sizeof *held);
    MUST(arena_new(&arena, 32 * 1024 * 1024));
    read_outbox(&reading, install, arena);
    MUST(replica_each_attention(install->replica, arena, note_parked, &reading));
}

struct search {
    struct world *world;
    int edit;
    bool found;
};

static void look(void *context, const Ci__SealedRecord *sealed)
{
    struct search *search = context;
    const struct history *history = &search->world->history;
    int heads[HEADS_MAX];
    uint64_t position;

    if (!search->found && strcmp(sealed->key, history->said[search->edit].key) == 0 &&
        strcmp(sealed->dossier, history->said[search->edit].dossier) == 0)
        search->found = oracle_is_known(history, search->edit, heads,
                                        held_heads(history, bytes_from(sealed->record), heads, &position));
}

bool held_as_own(struct world *world, struct install *install, int edit)
{
    static struct held held;

    held_read(&world->history, install, &held);
    return held.unsent[edit] || held.parked[edit];
}

bool held_by_home(struct world *world, struct install *install, int edit)
{
    struct search search = { world, edit, false };

    if (held_as_own(world, install, edit))
        return true;
    held_records(install, look, &search);
    return search.found;
}

void held_records(struct install *install, void (*visit)(void *context, const Ci__SealedRecord *sealed), void *context)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct txn txn;
    struct txn_cursor cursor;

    MUST(arena_new(&arena, 4 * 1024 * 1024));
    MUST(txn_begin_read(&txn, install->replica->store));
    txn_cursor_open(&cursor, &txn, TABLE_RECORD, bytes_of(NULL, 0), bytes_of(NULL, 0));
    while (txn_cursor_next(&cursor)) {
        Ci__SealedRecord *sealed = NULL;

        arena_reset(arena);
        CHECK(CODEC_UNPACK(ci__sealed_record, cursor.value, arena, &sealed) == 0);
        visit(context, sealed);
    }
    txn_cursor_close(&cursor);
    txn_end(&txn);
}

size_t held_heads(const struct history *history, struct bytes packed, int heads[HEADS_MAX], uint64_t *position)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Record *record = NULL;
    size_t count = 0;

    MUST(arena_new(&arena, 4 * 1024 * 1024));
    CHECK(CODEC_UNPACK(ci__record, packed, arena, &record) == 0);
    *position = record->place->position;
    heads[count++] = history_find(history, bytes_from(record->standing->id));
    for (size_t i = 0; i < record->n_rivals; i++)
        heads[count++] = history_find(history, bytes_from(record->rivals[i]->id));
    for (size_t i = 0; i < count; i++)
        if (heads[i] == NOBODY)
            violated(1, "a record of %s holds an edit that nobody wrote", record->standing->key);
    return count;
}

size_t held_cursor(struct install *install, const char *dossier, uint8_t out[128])
{
    struct bytes value;
    struct txn txn;

    MUST(txn_begin_read(&txn, install->replica->store));
    value = meta_get(&txn, "cursor", dossier);
    CHECK(value.size <= 128);
    if (value.size > 0)
        memcpy(out, value.data, value.size);
    txn_end(&txn);
    return value.size;
}

void held_put_cursor(struct install *install, const char *dossier, const uint8_t *bytes, size_t size)
{
    struct txn txn;

    MUST(txn_begin_write(&txn, install->replica->store));
    meta_put(&txn, "cursor", dossier, bytes_of(bytes, size));
    MUST(txn_commit(&txn));
}
