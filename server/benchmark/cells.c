/*
 * cells.c: cells in memory and in TABLE_CELLS. Knows nothing of answers or of what may be shown.
 *
 * A table by hash of the areas touched: a batch touches a few dozen, each some ten kilobytes. When it is half full
 * everything is written and it starts anew, so its memory is bounded.
 *
 * Stored, cell after cell: how many different scores u8, then of each, rising, the score u8 and how many have it u16. Most
 * areas have few municipalities, so this is a tenth of what it is in memory, and every batch writes it.
 */
#include "server/benchmark/cells.h"

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/store/keys.h"
#include "server/benchmark/tables.h"

enum { SLOTS = 256, TOUCHED_MAX = SLOTS / 2, SCORE_BYTES = 3, CELL_BYTES_MAX = 1 + CELL_BINS * SCORE_BYTES };

struct touched {
    struct key key;
    size_t count;
    struct cell cells[];
};

struct cells {
    size_t used;
    struct touched *slots[SLOTS];
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
        free(cells->slots[i]);
        cells->slots[i] = NULL;
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

/* The size of the stored cell at the front; 0 where it is not whole. */
static size_t stored_size(struct bytes stored)
{
    size_t size = stored.size > 0 ? 1 + *(const uint8_t *)stored.data * (size_t)SCORE_BYTES : 1;

    return size <= stored.size ? size : 0;
}

static void cell_decode(struct cell *cell, const uint8_t *stored)
{
    for (unsigned left = *stored++; left > 0; left--, stored += SCORE_BYTES) {
        uint32_t points = stored[0], times = get_u16(stored + 1);

        CHECK(points < CELL_BINS);
        cell->bins[points] = (uint16_t)times;
        cell->count += times;
        cell->sum += times * points;
        cell->squares += (uint64_t)times * points * points;
    }
}

static uint8_t *cell_encode(const struct cell *cell, uint8_t *at)
{
    uint8_t *scores = at++;

    *scores = 0;
    for (uint32_t points = 0, left = cell->count; left > 0; points++) {
        while (points + 4 <= CELL_BINS && get_u64((const uint8_t *)&cell->bins[points]) == 0)
            points += 4; /* most bins are empty */
        if (cell->bins[points] == 0)
            continue;
        at[0] = (uint8_t)points;
        put_u16(at + 1, cell->bins[points]);
        at += SCORE_BYTES;
        left -= cell->bins[points];
        ++*scores;
    }
    return at;
}

static struct bytes skip(struct bytes stored, size_t size)
{
    return bytes_of((const uint8_t *)stored.data + size, stored.size - size);
}

static int decode(struct touched *touched, struct bytes stored)
{
    for (size_t node = 0; node < touched->count && stored.size > 0; node++) {
        size_t size = stored_size(stored);

        if (size == 0)
            return FAULT(FAULT_CORRUPT, "the view's cells cannot be read: rebuild the view");
        cell_decode(&touched->cells[node], stored.data);
        stored = skip(stored, size);
    }
    if (stored.size > 0)
        return FAULT(FAULT_CORRUPT, "the view has more cells than their questionnaire: rebuild the view");
    return 0;
}

static int load(struct touched **slot, struct txn *txn, const struct key *key, size_t count)
{
    struct bytes stored = txn_get(txn, TABLE_CELLS, key_bytes(key));
    struct touched *touched = calloc(1, sizeof *touched + count * sizeof(struct cell));

    if (!touched)
        return FAULT(FAULT_MEMORY, "out of memory for the cells of the benchmark");
    *slot = touched;
    touched->key = *key;
    touched->count = count;
    TRY(decode(touched, stored));
    return txn->fault;
}

/* The cells under this key, read at first. Finds or makes. */
static int touch(struct cells *cells, struct txn *txn, const struct key *key, size_t count, struct cell **found)
{
    size_t slot = slot_of(key);

    while (cells->slots[slot]) {
        struct touched *touched = cells->slots[slot];

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
    *found = cells->slots[slot]->cells;
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

static void store(const struct touched *touched, struct txn *txn)
{
    uint8_t stored[NODES_MAX * CELL_BYTES_MAX], *at = stored;

    for (size_t node = 0; node < touched->count; node++)
        at = cell_encode(&touched->cells[node], at);
    txn_put(txn, TABLE_CELLS, key_bytes(&touched->key), bytes_of(stored, (size_t)(at - stored)));
}

int cells_flush(struct cells *cells, struct txn *txn)
{
    for (size_t i = 0; i < SLOTS && cells->used > 0; i++)
        if (cells->slots[i])
            store(cells->slots[i], txn);
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
    size_t size = stored_size(cells);

    for (; node > 0 && size > 0; node--) {
        cells = skip(cells, size);
        size = stored_size(cells);
    }
    if (size > 0)
        cell_decode(&cell, cells.data);
    return cell;
}
