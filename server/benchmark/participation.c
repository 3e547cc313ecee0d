/*
 * participation.c: counts over the sheets of a round. Knows nothing of who asks.
 */
#include "server/benchmark/participation.h"

#include "common/base/fault.h"
#include "common/store/keys.h"
#include "server/benchmark/sheets.h"
#include "server/benchmark/tables.h"

static int no_room(void)
{
    return FAULT(FAULT_MEMORY, "the list of participants takes more memory than a request may: ask for a smaller area");
}

static int list(Ci__Participation *of, const char *municipality, const struct member *member, const struct sheet *sheet,
                struct arena *arena)
{
    Ci__Participant *participant = arena_alloc(arena, sizeof *participant);

    if (!participant)
        return no_room();
    ci__participant__init(participant);
    participant->municipality = arena_string(arena, municipality);
    participant->name = arena_string(arena, member->name);
    if (!participant->municipality || !participant->name)
        return no_room();
    participant->completeness = sheet->completeness;
    participant->state = sheet->state;
    participant->last_answer_ms = sheet->last_answer_ms;
    of->participants[of->n_participants++] = participant;
    return 0;
}

static void count(Ci__Participation *of, const struct sheet *sheet)
{
    of->started++;
    of->benchmarked += sheet->contributes;
    of->submitted += sheet->state == CI__SUBMISSION__STATE__SUBMITTED || sheet->state == CI__SUBMISSION__STATE__ADOPTED;
    of->adopted += sheet->state == CI__SUBMISSION__STATE__ADOPTED;
}

static int walk(struct txn *txn, Ci__Participation *of, const struct key *prefix, bool named, struct arena *arena)
{
    struct txn_cursor cursor;
    struct member member;
    struct sheet sheet;
    int result = 0;

    txn_cursor_open(&cursor, txn, TABLE_SHEET, key_bytes(prefix), bytes_of("", 0));
    while (result == 0 && txn_cursor_next(&cursor)) {
        struct bytes rest = bytes_of((const uint8_t *)cursor.key.data + prefix->size, cursor.key.size - prefix->size);
        const char *municipality;

        if (!key_take_text(&rest, &municipality) || !member_read(txn, municipality, &member) ||
            !member_lies_in(&member, of->area) || !sheet_decode(&sheet, cursor.value))
            continue;
        count(of, &sheet);
        if (named)
            result = list(of, municipality, &member, &sheet, arena);
    }
    txn_cursor_close(&cursor);
    return result < 0 ? result : txn->fault;
}

int participation_of_area(struct txn *txn, const char *round, const char *area, const char *date, bool named,
                          struct arena *arena, Ci__Participation **participation)
{
    Ci__Participation *of = arena_alloc(arena, sizeof *of);
    struct key prefix;

    if (!of)
        return no_room();
    ci__participation__init(of);
    of->round = arena_string(arena, round);
    of->area = arena_string(arena, area);
    of->participants = named ? arena_alloc(arena, (txn_count(txn, TABLE_MEMBER) + 1) * sizeof *of->participants) : NULL;
    if (!of->round || !of->area || (named && !of->participants))
        return no_room();
    of->members = members_in_force(txn, area, date);
    key_init(&prefix);
    key_add_text(&prefix, round);
    TRY(walk(txn, of, &prefix, named, arena));
    *participation = of;
    return 0;
}
