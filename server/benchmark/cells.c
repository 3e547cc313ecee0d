/*
 * cells.c: cells by round, basis and area, in a table by hash that only grows; and the notes of the open transaction.
 * Knows nothing of answers or of what may be shown.
 */
#include "server/benchmark/cells.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/monitor/record_key.h"

enum { SLOTS = 1024, NOTES_AT_FIRST = 1024, NOTES_KEPT = 64 * 1024 };

struct area_cells {
    struct area_cells *next; /* in its slot */
    char round[ROUND_ID_MAX + 1], area[AREA_CODE_MAX + 1];
    Ci__Basis basis;
    size_t node_count;
    struct cell cells[];
};

/* One municipality in one cell. */
struct note {
    struct area_cells *of;
    uint16_t node;
    uint8_t before, after;
};

struct cells {
    pthread_rwlock_t lock; /* of the slots and what hangs there */
    struct area_cells *slots[SLOTS];
    struct note *notes; /* the changing thread's own */
    size_t count, room;
};

_Static_assert(NODES_MAX <= UINT16_MAX, "a note has room for every node");

void contribution_clear(struct contribution *contribution)
{
    memset(contribution->points, CONTRIBUTES_NOTHING, sizeof contribution->points);
}

/* Writers first: readers that come without end would keep the journal's one writer waiting. */
static void lock_init(pthread_rwlock_t *lock)
{
    pthread_rwlockattr_t attributes;

    CHECK(pthread_rwlockattr_init(&attributes) == 0);
    CHECK(pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP) == 0);
    CHECK(pthread_rwlock_init(lock, &attributes) == 0);
    pthread_rwlockattr_destroy(&attributes);
}

int cells_new(struct cells **out)
{
    struct cells *cells = calloc(1, sizeof *cells);

    if (!cells)
        return FAULT(FAULT_MEMORY, "out of memory for the cells of the benchmark");
    lock_init(&cells->lock);
    *out = cells;
    return 0;
}

struct cells *cells_free(struct cells *cells)
{
    if (!cells)
        return NULL;
    for (size_t i = 0; i < SLOTS; i++)
        while (cells->slots[i]) {
            struct area_cells *next = cells->slots[i]->next;

            free(cells->slots[i]);
            cells->slots[i] = next;
        }
    pthread_rwlock_destroy(&cells->lock);
    free(cells->notes);
    free(cells);
    return NULL;
}

static uint32_t hash_text(uint32_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    return hash;
}

static size_t slot_of(const char *round, Ci__Basis basis, const char *area)
{
    uint32_t hash = hash_text(hash_text(2166136261u ^ (uint32_t)basis, round), area);

    return (hash ^ hash >> 16) % SLOTS;
}

static struct area_cells *find(const struct cells *cells, const char *round, Ci__Basis basis, const char *area)
{
    struct area_cells *of = cells->slots[slot_of(round, basis, area)];

    while (of && !(of->basis == basis && strcmp(of->area, area) == 0 && strcmp(of->round, round) == 0))
        of = of->next;
    return of;
}

static int make(struct cells *cells, const char *round, Ci__Basis basis, const char *area, size_t node_count,
                struct area_cells **out)
{
    struct area_cells *of = calloc(1, sizeof *of + node_count * sizeof *of->cells);
    struct area_cells **slot = &cells->slots[slot_of(round, basis, area)];

    if (!of)
        return FAULT(FAULT_MEMORY, "out of memory for the cells of the benchmark");
    CHECK(strlen(round) < sizeof of->round && strlen(area) < sizeof of->area);
    memcpy(of->round, round, strlen(round) + 1);
    memcpy(of->area, area, strlen(area) + 1);
    of->basis = basis;
    of->node_count = node_count;
    pthread_rwlock_wrlock(&cells->lock);
    of->next = *slot;
    *slot = of;
    pthread_rwlock_unlock(&cells->lock);
    *out = of;
    return 0;
}

static int reserve_notes(struct cells *cells, size_t more)
{
    size_t room = cells->room ? cells->room : NOTES_AT_FIRST;
    struct note *notes;

    while (room < cells->count + more)
        room *= 2;
    if (room == cells->room)
        return 0;
    notes = realloc(cells->notes, room * sizeof *notes);
    if (!notes)
        return FAULT(FAULT_MEMORY, "out of memory for the cells of the benchmark");
    cells->notes = notes;
    cells->room = room;
    return 0;
}

static void note_changes(struct cells *cells, struct area_cells *of, const struct contribution *before,
                         const struct contribution *after)
{
    for (size_t node = 0; node < of->node_count; node++)
        if (before->points[node] != after->points[node])
            cells->notes[cells->count++] =
                (struct note){ of, (uint16_t)node, before->points[node], after->points[node] };
}

int cells_replace(struct cells *cells, const char *round, Ci__Basis basis, const struct member *member,
                  size_t node_count, const struct contribution *before, const struct contribution *after)
{
    if (memcmp(before->points, after->points, node_count) == 0)
        return 0;
    TRY(reserve_notes(cells, member->area_count * node_count));
    for (size_t i = 0; i < member->area_count; i++) {
        struct area_cells *of = find(cells, round, basis, member->areas[i]);

        if (!of)
            TRY(make(cells, round, basis, member->areas[i], node_count, &of));
        CHECK(of->node_count == node_count);
        note_changes(cells, of, before, after);
    }
    return 0;
}

void cells_make(struct cells *cells)
{
    if (cells->count > 0) {
        pthread_rwlock_wrlock(&cells->lock);
        for (const struct note *note = cells->notes; note < cells->notes + cells->count; note++) {
            if (note->before != CONTRIBUTES_NOTHING)
                cell_remove(&note->of->cells[note->node], note->before);
            if (note->after != CONTRIBUTES_NOTHING)
                cell_add(&note->of->cells[note->node], note->after);
        }
        pthread_rwlock_unlock(&cells->lock);
    }
    cells_forget(cells);
}

void cells_forget(struct cells *cells)
{
    cells->count = 0;
    if (cells->room > NOTES_KEPT) { /* after an unusual transaction */
        free(cells->notes);
        cells->notes = NULL;
        cells->room = 0;
    }
}

void cells_lock(struct cells *cells)
{
    pthread_rwlock_rdlock(&cells->lock);
}

void cells_unlock(struct cells *cells)
{
    pthread_rwlock_unlock(&cells->lock);
}

const struct cell *cells_of_area(const struct cells *cells, const char *round, Ci__Basis basis, const char *area)
{
    const struct area_cells *of = find(cells, round, basis, area);

    return of ? of->cells : NULL;
}

static bool is_empty(const struct area_cells *of)
{
    for (size_t node = 0; node < of->node_count; node++)
        if (of->cells[node].count > 0)
            return false;
    return true;
}

static bool is_same(const struct area_cells *of, const struct area_cells *in_other)
{
    if (!in_other)
        return is_empty(of); /* nobody contributes any more, or what came first was dropped */
    return of->node_count == in_other->node_count &&
           memcmp(of->cells, in_other->cells, of->node_count * sizeof *of->cells) == 0;
}

/* Of `one`; where the other has them too, only if `shared`. */
static size_t count_others(const struct cells *one, const struct cells *other, bool shared, char *first)
{
    size_t count = 0;

    for (size_t i = 0; i < SLOTS; i++)
        for (const struct area_cells *of = one->slots[i]; of; of = of->next) {
            const struct area_cells *in_other = find(other, of->round, of->basis, of->area);

            if ((in_other && !shared) || is_same(of, in_other))
                continue;
            if (!*first)
                snprintf(first, CELLS_NAME_SIZE, "round %s, basis %s, area %s", of->round,
                         of->basis == CI__BASIS__LIVE ? "live" : "adopted", of->area);
            count++;
        }
    return count;
}

size_t cells_compare(const struct cells *one, const struct cells *other, char first[CELLS_NAME_SIZE])
{
    size_t count;

    *first = '\0';
    count = count_others(one, other, true, first);
    return count + count_others(other, one, false, first);
}
