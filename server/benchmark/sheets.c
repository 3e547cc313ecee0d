/*
 * sheets.c: sheets, and the cells that follow them. Owns the form of TABLE_SHEET; knows nothing of edits and rules.
 *
 * Stored: state, completeness, contributes, is adopted (a byte each), time of the last answer u64, counts of questions
 * and nodes u16, three bytes a mark, then the live and the adopted contribution, each only where there is one.
 */
#include "server/benchmark/sheets.h"

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/monitor/record_key.h"
#include "common/store/keys.h"
#include "server/benchmark/tables.h"

enum {
    SHEET_HEADER_BYTES = 16,
    MARK_BYTES = 3,
    SHEET_BYTES_MAX = SHEET_HEADER_BYTES + MARK_BYTES * QUESTIONS_MAX + 2 * NODES_MAX,
    SUBSTANTIATED_BIT = 0x80,
};

/* The sheet in hand: `before` is what it put into the live cells when it was taken up. */
struct sheets {
    struct cells *cells;
    bool held;
    char round[sizeof((struct record_key *)0)->first], municipality[DOSSIER_MAX + 1];
    struct sheet sheet;
    struct contribution before;
    struct member member;
    const struct questionnaire *questionnaire;
};

static struct key sheet_key(const char *round, const char *municipality)
{
    struct key key;

    key_init(&key);
    key_add_text(&key, round);
    key_add_text(&key, municipality);
    return key;
}

bool sheet_decode(struct sheet *sheet, struct bytes stored)
{
    const uint8_t *at = stored.data;

    *sheet = (struct sheet){ 0 };
    contribution_clear(&sheet->live);
    contribution_clear(&sheet->adopted);
    if (stored.size < SHEET_HEADER_BYTES)
        return false;
    sheet->state = at[0];
    sheet->completeness = at[1];
    sheet->contributes = at[2] != 0;
    sheet->last_answer_ms = get_u64(at + 4);
    sheet->question_count = get_u16(at + 12);
    sheet->node_count = get_u16(at + 14);
    CHECK(sheet->question_count <= QUESTIONS_MAX && sheet->node_count <= NODES_MAX);
    bool adopted = at[3] != 0;
    at += SHEET_HEADER_BYTES;
    for (size_t i = 0; i < sheet->question_count; i++, at += MARK_BYTES)
        sheet->marks[i] = (struct mark){ .state = at[0] & (uint8_t)~SUBSTANTIATED_BIT,
                                         .substantiated = (at[0] & SUBSTANTIATED_BIT) != 0,
                                         .score = get_u16(at + 1) };
    if (sheet->contributes) {
        memcpy(sheet->live.points, at, sheet->node_count);
        at += sheet->node_count;
    }
    if (adopted)
        memcpy(sheet->adopted.points, at, sheet->node_count);
    return true;
}

bool sheet_read(struct txn *txn, const char *round, const char *municipality, struct sheet *sheet)
{
    struct key key = sheet_key(round, municipality);

    return sheet_decode(sheet, txn_get(txn, TABLE_SHEET, key_bytes(&key)));
}

static void sheet_write(struct txn *txn, const char *round, const char *municipality, const struct sheet *sheet)
{
    struct key key = sheet_key(round, municipality);
    bool adopted = sheet->state == CI__SUBMISSION__STATE__ADOPTED;
    uint8_t stored[SHEET_BYTES_MAX] = { (uint8_t)sheet->state, sheet->completeness, sheet->contributes, adopted };
    uint8_t *at = stored + SHEET_HEADER_BYTES;

    put_u64(stored + 4, sheet->last_answer_ms);
    put_u16(stored + 12, (uint16_t)sheet->question_count);
    put_u16(stored + 14, (uint16_t)sheet->node_count);
    for (size_t i = 0; i < sheet->question_count; i++, at += MARK_BYTES) {
        at[0] = (uint8_t)(sheet->marks[i].state | (sheet->marks[i].substantiated ? SUBSTANTIATED_BIT : 0));
        put_u16(at + 1, sheet->marks[i].score);
    }
    if (sheet->contributes) {
        memcpy(at, sheet->live.points, sheet->node_count);
        at += sheet->node_count;
    }
    if (adopted) {
        memcpy(at, sheet->adopted.points, sheet->node_count);
        at += sheet->node_count;
    }
    txn_put(txn, TABLE_SHEET, key_bytes(&key), bytes_of(stored, (size_t)(at - stored)));
}

static void sheet_open(const struct sheet_place *place, struct sheet *sheet)
{
    if (sheet_read(place->txn, place->round, place->municipality, sheet))
        return;
    sheet->question_count = place->questionnaire->question_count;
    sheet->node_count = node_count(place->questionnaire);
}

/* Whole points of every node that has a score. */
static void contribute(struct contribution *contribution, const struct scores *scores, size_t count)
{
    contribution_clear(contribution);
    for (size_t i = 0; i < count; i++)
        if (scores->node[i] >= 0)
            contribution->points[i] = (uint8_t)score_points(scores->node[i]);
}

static int replace(const struct sheet_place *place, Ci__Basis basis, const struct sheet *sheet,
                   const struct contribution *before, const struct contribution *after)
{
    if (!place->sheets->cells)
        return 0;
    return cells_replace(place->sheets->cells,
                         &(struct cells_change){ place->round, place->municipality, basis, place->member,
                                                 sheet->node_count, before, after });
}

/* Scores, sheet and cells after the answers that came while it was held. */
static int put_down(struct sheets *sheets, struct txn *txn)
{
    struct sheet *sheet = &sheets->sheet;
    struct scores scores;

    if (!sheets->held)
        return txn->fault;
    sheets->held = false;
    scores_compute(sheets->questionnaire, sheet->marks, NULL, &scores);
    sheet->completeness = scores.completeness;
    sheet->contributes = scores.completeness >= COMPLETE_ENOUGH;
    if (sheet->contributes)
        contribute(&sheet->live, &scores, sheet->node_count);
    else
        contribution_clear(&sheet->live);
    sheet_write(txn, sheets->round, sheets->municipality, sheet);
    if (!sheets->cells)
        return txn->fault;
    return cells_replace(sheets->cells,
                         &(struct cells_change){ sheets->round, sheets->municipality, CI__BASIS__LIVE, &sheets->member,
                                                 sheet->node_count, &sheets->before, &sheet->live });
}

static int take_up(struct sheets *sheets, const struct sheet_place *place)
{
    if (sheets->held && strcmp(sheets->round, place->round) == 0 &&
        strcmp(sheets->municipality, place->municipality) == 0)
        return 0;
    TRY(put_down(sheets, place->txn));
    CHECK(strlen(place->round) < sizeof sheets->round && strlen(place->municipality) < sizeof sheets->municipality);
    memcpy(sheets->round, place->round, strlen(place->round) + 1);
    memcpy(sheets->municipality, place->municipality, strlen(place->municipality) + 1);
    sheets->member = *place->member;
    sheets->questionnaire = place->questionnaire;
    sheet_open(place, &sheets->sheet);
    sheets->before = sheets->sheet.live;
    sheets->held = true;
    return place->txn->fault;
}

int sheets_new(struct sheets **out, struct cells *cells)
{
    struct sheets *sheets = calloc(1, sizeof *sheets);

    if (!sheets)
        return FAULT(FAULT_MEMORY, "out of memory for the sheets of a batch");
    sheets->cells = cells;
    *out = sheets;
    return 0;
}

struct sheets *sheets_free(struct sheets *sheets)
{
    if (sheets && sheets->cells)
        cells_forget(sheets->cells);
    free(sheets);
    return NULL;
}

int sheets_flush(struct sheets *sheets, struct txn *txn)
{
    return put_down(sheets, txn);
}

void sheets_publish(struct sheets *sheets)
{
    if (sheets->cells)
        cells_make(sheets->cells);
}

static int count_one(struct cells *cells, struct txn *txn, struct bytes key, const struct sheet *sheet)
{
    const char *round, *municipality;
    struct contribution none;
    struct member member;

    contribution_clear(&none);
    if (!key_take_text(&key, &round) || !key_take_text(&key, &municipality) || !member_read(txn, municipality, &member))
        return FAULT(FAULT_CORRUPT, "the view has a sheet of a municipality that it does not have: rebuild it");
    TRY(cells_replace(cells, &(struct cells_change){ round, municipality, CI__BASIS__LIVE, &member, sheet->node_count,
                                                     &none, &sheet->live }));
    TRY(cells_replace(cells, &(struct cells_change){ round, municipality, CI__BASIS__ADOPTED, &member,
                                                     sheet->node_count, &none, &sheet->adopted }));
    cells_make(cells);
    return 0;
}

int sheets_count(struct txn *txn, struct cells *cells)
{
    struct txn_cursor cursor;
    struct sheet sheet;
    int result = 0;

    txn_cursor_open(&cursor, txn, TABLE_SHEET, bytes_of("", 0), bytes_of("", 0));
    while (result == 0 && txn_cursor_next(&cursor))
        if (sheet_decode(&sheet, cursor.value))
            result = count_one(cells, txn, cursor.key, &sheet);
    txn_cursor_close(&cursor);
    return result < 0 ? result : txn->fault;
}

int sheet_answer(const struct sheet_place *place, size_t question, struct mark mark, uint64_t time_ms)
{
    struct sheets *sheets = place->sheets;

    TRY(take_up(sheets, place));
    CHECK(question < sheets->sheet.question_count);
    sheets->sheet.marks[question] = mark;
    sheets->sheet.last_answer_ms = time_ms;
    return 0;
}

int sheet_submission(const struct sheet_place *place, Ci__Submission__State state, const struct mark *adopted)
{
    struct sheet sheet;
    struct contribution before;
    struct scores scores;

    CHECK((adopted != NULL) == (state == CI__SUBMISSION__STATE__ADOPTED));
    TRY(put_down(place->sheets, place->txn));
    sheet_open(place, &sheet);
    before = sheet.adopted;
    sheet.state = state;
    contribution_clear(&sheet.adopted);
    if (adopted) {
        scores_compute(place->questionnaire, adopted, NULL, &scores);
        contribute(&sheet.adopted, &scores, sheet.node_count);
    }
    sheet_write(place->txn, place->round, place->municipality, &sheet);
    return replace(place, CI__BASIS__ADOPTED, &sheet, &before, &sheet.adopted);
}

int sheet_move(const struct sheet_place *place, const struct member *before)
{
    struct sheet_place left = *place;
    struct contribution none;
    struct sheet sheet;
    int result = 0;

    left.member = before;
    contribution_clear(&none);
    TRY(put_down(place->sheets, place->txn));
    if (!sheet_read(place->txn, place->round, place->municipality, &sheet))
        return place->txn->fault;
    result = replace(&left, CI__BASIS__LIVE, &sheet, &sheet.live, &none);
    result = result < 0 ? result : replace(place, CI__BASIS__LIVE, &sheet, &none, &sheet.live);
    result = result < 0 ? result : replace(&left, CI__BASIS__ADOPTED, &sheet, &sheet.adopted, &none);
    return result < 0 ? result : replace(place, CI__BASIS__ADOPTED, &sheet, &none, &sheet.adopted);
}
