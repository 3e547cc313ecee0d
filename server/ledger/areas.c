/*
 * areas.c: areas: their rule, and the municipalities that count in them.
 */
#include "common/base/fault.h"
#include "common/monitor/area.h"
#include "common/wire/codec.h"
#include "server/benchmark/sheets.h"
#include "server/ledger/kinds.h"
#include "server/ledger/records.h"
#include "server/ledger/rounds.h"

int area_proposal_check(struct proposal *proposal)
{
    const Ci__Area *area = proposal->value;
    const char *reason = NULL;

    if (proposal->key.second[0] || strcmp(area->code, proposal->key.first) != 0)
        return refuse(&proposal->refusal, ERROR_INVALID, "de code is niet die van de sleutel",
                      "the code is not that of the key");
    if (area_check(area, &reason) != 0)
        return refuse(&proposal->refusal, ERROR_INVALID, reason, reason);
    return 0;
}

/* Its figures go along to the areas that it counts in from now on. */
static int move(struct view *view, const char *municipality, const struct member *before, const struct member *after)
{
    struct sheet_place place = {
        .txn = view->txn, .sheets = view->sheets, .municipality = municipality, .member = after
    };
    char *rounds[ROUNDS_MAX];
    size_t count;

    TRY(rounds_list(view->txn, view->scratch, rounds, &count));
    for (size_t i = 0; i < count; i++) {
        place.round = rounds[i];
        TRY(sheet_move(&place, before));
    }
    return 0;
}

int area_effect(struct view *view, const struct applied *applied)
{
    struct member before, after;
    Ci__Area *area = NULL;

    TRY(stored_unpack(&ci__area__descriptor, bytes_from(applied->standing->value), view->scratch,
                      (ProtobufCMessage **)&area));
    if (area->kind != CI__AREA__KIND__MUNICIPALITY)
        return 0;
    member_from_area(&after, area);
    if (member_read(view->txn, area->code, &before) && !member_same_areas(&before, &after))
        TRY(move(view, area->code, &before, &after));
    member_write(view->txn, area->code, &after);
    return view->txn->fault;
}
