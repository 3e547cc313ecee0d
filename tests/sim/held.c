/*
 * held.c: reads a replica beside its own functions, table by table. Changes nothing but what it is told to.
 */
#include "tests/sim/held.h"

#include "client/replica/exchange.h"
#include "client/replica/tables.h"
#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "tests/sim/oracle.h"
#include "tests/sim/world.h"

/* The edits of the outbox or of the tray. Returns how many. */
static size_t note_table(const struct chronicle *chronicle, struct install *install, unsigned table, bool *noted)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct txn txn;
    struct txn_cursor cursor;
    size_t count = 0;

    MUST(arena_new(&arena, 4 * 1024 * 1024));
    MUST(txn_begin_read(&txn, install->replica->store));
    txn_cursor_open(&cursor, &txn, table, bytes_of(NULL, 0), bytes_of(NULL, 0));
    for (; txn_cursor_next(&cursor); count++) {
        struct bytes packed = cursor.value;
        Ci__Edit *edit = NULL;
        int index;

        arena_reset(arena);
        if (table == TABLE_ATTENTION) /* a size, the edit, the reason */
            packed = bytes_of((const uint8_t *)packed.data + 4, get_u32(packed.data));
        else if (table == TABLE_KEPT) /* whether it was late, the edit */
            packed = bytes_of((const uint8_t *)packed.data + 1, packed.size - 1);
        CHECK(CODEC_UNPACK(ci__edit, packed, arena, &edit) == 0);
        index = chronicle_find(chronicle, bytes_from(edit->id));
        if (index != NOBODY)
            noted[index] = true;
    }
    txn_cursor_close(&cursor);
    txn_end(&txn);
    return count;
}

void held_read(const struct chronicle *chronicle, struct install *install, struct held *held)
{
    memset(held, 0, sizeof *held);
    held->unsent_count = note_table(chronicle, install, TABLE_OUTBOX, held->unsent);
    note_table(chronicle, install, TABLE_ATTENTION, held->parked);
    note_table(chronicle, install, TABLE_KEPT, held->kept);
}

bool held_as_kept(struct world *world, struct install *install, int edit)
{
    static struct held held;

    held_read(&world->chronicle, install, &held);
    return held.unsent[edit] || held.parked[edit] || held.kept[edit];
}

bool held_as_own(struct world *world, struct install *install, int edit)
{
    static struct held held;

    held_read(&world->chronicle, install, &held);
    return held.unsent[edit] || held.parked[edit];
}

struct search {
    struct world *world;
    int edit;
    bool found;
};

static void look(void *context, const Ci__SealedRecord *sealed)
{
    struct search *search = context;
    const struct chronicle *chronicle = &search->world->chronicle;
    const struct said *said = &chronicle->said[search->edit];
    int heads[HEADS_MAX];
    uint64_t position;

    if (!search->found && strcmp(sealed->key, said->key) == 0 && strcmp(sealed->dossier, said->dossier) == 0)
        search->found = oracle_is_known(chronicle, search->edit, heads,
                                        held_heads(chronicle, bytes_from(sealed->record), heads, &position));
}

bool held_by_home(struct world *world, struct install *install, int edit)
{
    struct search search = { world, edit, false };

    if (held_as_kept(world, install, edit))
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

size_t held_heads(const struct chronicle *chronicle, struct bytes packed, int heads[HEADS_MAX], uint64_t *position)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Record *record = NULL;
    size_t count = 0;

    MUST(arena_new(&arena, 4 * 1024 * 1024));
    CHECK(CODEC_UNPACK(ci__record, packed, arena, &record) == 0);
    *position = record->place->position;
    heads[count++] = chronicle_find(chronicle, bytes_from(record->standing->id));
    for (size_t i = 0; i < record->n_rivals; i++)
        heads[count++] = chronicle_find(chronicle, bytes_from(record->rivals[i]->id));
    for (size_t i = 0; i < count; i++)
        if (heads[i] == NOBODY)
            violated(1, "a record of %s holds an edit that nobody wrote", record->standing->key);
    return count;
}

void held_keep_few(struct install *install)
{
    install->replica->kept_most = 1;
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
