/*
 * cells.c: cells in memory and in TABLE_CELLS. Knows nothing of answers or of what may be shown.
 *
 * A table by hash of the areas touched: a batch touches a few dozen, each some ten kilobytes. When it is half full
 * everything is written and it starts anew, so its memory is bounded.
 */
#include "server/benchmark/cells.h"

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/store/keys.h"
#include "server/benchmark/tables.h"

enum { SLOTS = 256, TOUCHED_MAX = SLOTS / 2 };

_Static_assert(sizeof(struct cell) == 224, "cells are stored as they are in memory: another form is another layout");

struct touched {
    struct key key;
    struct cell *cells;
    size_t count;
};

struct cells {
    size_t used;
    struct touched slots[SLOTS];
};

void contribution_clear(struct contribution *contribution)
{
    memset(contribution->points, CONTRIBUTES_NOTHING, sizeof contribution->points);
}

int cells_new(struct cells **out)
{
    struct cells *cells = calloc(1, sizeof *cells);

    if (!cells)
        return FAULT(FAULT_MEMORY, "out of memory for the cells of the benchmark");
    *out = cells;
    return 0;
}

static void forget(struct cells *cells)
{
    for (size_t i = 0; i < SLOTS; i++) {
        free(cells->slots[i].cells);
        cells->slots[i].cells = NULL;
    }
    cells->used = 0;
}

struct cells *cells_free(struct cells *cells)
{
    if (cells)
        forget(cells);
    free(cells);
    return NULL;
}

static struct key cells_key(const char *round, Ci__Basis basis, const char *area)
{
    struct key key;

    key_init(&key);
    key_add_text(&key, round);
    key_add_u64(&key, (uint64_t)basis);
    key_add_text(&key, area);
    return key;
}

static size_t slot_of(const struct key *key)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < key->size; i++)
        hash = (hash ^ key->bytes[i]) * 16777619u;
    return (hash ^ hash >> 16) % SLOTS;
}

static int load(struct touched *touched, struct txn *txn, const struct key *key, size_t count)
{
    struct bytes stored = txn_get(txn, TABLE_CELLS, key_bytes(key));

    touched->cells = calloc(count, sizeof(struct cell));
    if (!touched->cells)
        return FAULT(FAULT_MEMORY, "out of memory for the cells of the benchmark");
    touched->key = *key;
    touched->count = count;
    if (stored.size == count * sizeof(struct cell))
        memcpy(touched->cells, stored.data, stored.size);
    else if (stored.size > 0)
        return FAULT(FAULT_CORRUPT, "the view's cells have another size than their questionnaire: rebuild the view");
    return txn->fault;
}

/* The cells under this key, read at first. Finds or makes. */
static int touch(struct cells *cells, struct txn *txn, const struct key *key, size_t count, struct cell **found)
{
    size_t slot = slot_of(key);

    while (cells->slots[slot].cells) {
        struct touched *touched = &cells->slots[slot];

        if (bytes_equal(key_bytes(&touched->key), key_bytes(key))) {
            CHECK(touched->count == count);
            *found = touched->cells;
            return 0;
        }
        slot = (slot + 1) % SLOTS;
    }
    if (cells->used == TOUCHED_MAX) {
        TRY(cells_flush(cells, txn));
        slot = slot_of(key);
    }
    cells->used++;
    TRY(load(&cells->slots[slot], txn, key, count));
    *found = cells->slots[slot].cells;
    return 0;
}

int cells_replace(struct cells *cells, struct txn *txn, const char *round, Ci__Basis basis, const struct member *member,
                  size_t node_count, const struct contribution *before, const struct contribution *after)
{
    if (memcmp(before->points, after->points, node_count) == 0)
        return 0;
    for (size_t i = 0; i < member->area_count; i++) {
        struct key key = cells_key(round, basis, member->areas[i]);
        struct cell *area = NULL;

        TRY(touch(cells, txn, &key, node_count, &area));
        for (size_t node = 0; node < node_count; node++) {
            if (before->points[node] == after->points[node])
                continue;
            if (before->points[node] != CONTRIBUTES_NOTHING)
                cell_remove(&area[node], before->points[node]);
            if (after->points[node] != CONTRIBUTES_NOTHING)
                cell_add(&area[node], after->points[node]);
        }
    }
    return 0;
}

int cells_flush(struct cells *cells, struct txn *txn)
{
    for (size_t i = 0; i < SLOTS && cells->used > 0; i++) {
        struct touched *touched = &cells->slots[i];

        if (touched->cells)
            txn_put(txn, TABLE_CELLS, key_bytes(&touched->key),
                    bytes_of(touched->cells, touched->count * sizeof(struct cell)));
    }
    forget(cells);
    return txn->fault;
}

struct bytes cells_read(struct txn *txn, const char *round, Ci__Basis basis, const char *area)
{
    struct key key = cells_key(round, basis, area);

    return txn_get(txn, TABLE_CELLS, key_bytes(&key));
}

struct cell cells_at(struct bytes cells, size_t node)
{
    struct cell cell = { 0 };

    if ((node + 1) * sizeof cell <= cells.size)
        memcpy(&cell, (const uint8_t *)cells.data + node * sizeof cell, sizeof cell);
    return cell;
}
