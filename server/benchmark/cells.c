/*
 * cells.c: cells by round, basis and area, in a table by hash that only grows; what others see of a round; and the
 * notes of the open transaction. Knows nothing of answers or of what may be shown.
 */
#include "server/benchmark/cells.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/check.h"
#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/monitor/record_key.h"

enum { SLOTS = 1024, NOTES_AT_FIRST = 1024, NOTES_KEPT = 64 * 1024, MOVE_INTERVAL_MS = 20 };

struct area_cells {
    struct area_cells *next; /* in its slot */
    char round[ROUND_ID_MAX + 1], area[AREA_CODE_MAX + 1];
    Ci__Basis basis;
    size_t node_count;
    struct cell cells[];
};

/* What others see of one round and basis. */
struct published {
    struct published *next;
    char round[ROUND_ID_MAX + 1];
    Ci__Basis basis;
    struct publication *publication;
};

/* One municipality in one cell; or, where `in` is set, what it contributes, at its place there. */
struct note {
    struct area_cells *of;
    struct publication *in;
    size_t place;
    uint16_t node;
    uint8_t before, after;
};

struct cells {
    pthread_rwlock_t lock; /* of the slots and what hangs there */
    struct area_cells *slots[SLOTS];
    struct published *published;
    atomic_bool waiting;            /* something changed since others' figures were moved */
    atomic_uint_least64_t moved_ms; /* when that was; monotonic */
    struct note *notes;             /* the changing thread's own */
    size_t count, room;
};

_Static_assert(NODES_MAX <= UINT16_MAX, "a note has room for every node");

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
    while (cells->published) {
        struct published *next = cells->published->next;

        publication_free(cells->published->publication);
        free(cells->published);
        cells->published = next;
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

static struct publication *find_publication(const struct cells *cells, const char *round, Ci__Basis basis)
{
    const struct published *of = cells->published;

    while (of && !(of->basis == basis && strcmp(of->round, round) == 0))
        of = of->next;
    return of ? of->publication : NULL;
}

static int make_publication(struct cells *cells, const char *round, Ci__Basis basis, size_t node_count,
                            struct publication **out)
{
    struct published *of = calloc(1, sizeof *of);

    if (of)
        of->publication = publication_new(node_count, basis == CI__BASIS__LIVE);
    if (!of || !of->publication) {
        free(of);
        return FAULT(FAULT_MEMORY, "out of memory for the cells of the benchmark");
    }
    memcpy(of->round, round, strlen(round) + 1);
    of->basis = basis;
    of->next = cells->published;
    cells->published = of;
    *out = of->publication;
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
            cells->notes[cells->count++] = (struct note){
                .of = of, .node = (uint16_t)node, .before = before->points[node], .after = after->points[node]
            };
}

/* With the lock, since readers look at what may be made here. */
static int place_in(struct cells *cells, const struct cells_change *change, struct publication **in, size_t *place)
{
    int result = 0;

    pthread_rwlock_wrlock(&cells->lock);
    *in = find_publication(cells, change->round, change->basis);
    if (!*in)
        result = make_publication(cells, change->round, change->basis, change->node_count, in);
    if (result == 0)
        result = publication_place(*in, change->municipality, change->member, place);
    pthread_rwlock_unlock(&cells->lock);
    return result;
}

static int note_published(struct cells *cells, const struct cells_change *change)
{
    struct publication *in = NULL;
    size_t place = 0;

    TRY(place_in(cells, change, &in, &place));
    for (size_t node = 0; node < change->node_count; node++)
        if (change->before->points[node] != change->after->points[node])
            cells->notes[cells->count++] =
                (struct note){ .in = in, .place = place, .node = (uint16_t)node, .after = change->after->points[node] };
    return 0;
}

int cells_replace(struct cells *cells, const struct cells_change *change)
{
    const struct member *member = change->member;

    if (memcmp(change->before->points, change->after->points, change->node_count) == 0)
        return 0;
    TRY(reserve_notes(cells, (member->area_count + 1) * change->node_count));
    for (size_t i = 0; i < member->area_count; i++) {
        struct area_cells *of = find(cells, change->round, change->basis, member->areas[i]);

        if (!of)
            TRY(make(cells, change->round, change->basis, member->areas[i], change->node_count, &of));
        CHECK(of->node_count == change->node_count);
        note_changes(cells, of, change->before, change->after);
    }
    return note_published(cells, change);
}

static void carry_out(const struct note *note)
{
    if (note->in)
        publication_change(note->in, note->place, note->node, note->after);
    else
        contribution_replace(&note->of->cells[note->node], note->before, note->after);
}

void cells_make(struct cells *cells)
{
    if (cells->count > 0) {
        pthread_rwlock_wrlock(&cells->lock);
        for (size_t i = 0; i < cells->count; i++)
            carry_out(&cells->notes[i]);
        pthread_rwlock_unlock(&cells->lock);
        atomic_store(&cells->waiting, true);
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

static uint64_t monotonic_ms(void)
{
    return clock_monotonic_us(&clock_system) / 1000;
}

/* Whoever reads first after a change takes municipalities along; not at every change, since that is work for each node. */
static void move(struct cells *cells)
{
    if (!atomic_load(&cells->waiting))
        return;
    uint64_t now = monotonic_ms();

    if (now - atomic_load(&cells->moved_ms) < MOVE_INTERVAL_MS)
        return;
    pthread_rwlock_wrlock(&cells->lock);
    if (atomic_exchange(&cells->waiting, false)) {
        atomic_store(&cells->moved_ms, now);
        for (struct published *of = cells->published; of; of = of->next)
            publication_move(of->publication);
    }
    pthread_rwlock_unlock(&cells->lock);
}

bool cells_waiting(const struct cells *cells)
{
    return atomic_load(&cells->waiting);
}

void cells_lock(struct cells *cells)
{
    move(cells);
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

const struct publication *cells_publication(const struct cells *cells, const char *round, Ci__Basis basis)
{
    return find_publication(cells, round, basis);
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
