/*
 * sheets.h: what the server keeps of one municipality in one round: a mark per question, how far it is, and what it
 * contributes to the benchmark. Derived from the dossier's records. Reads on any thread, changes on the writer's.
 */
#pragma once

#include "common/monitor/score.h"
#include "server/benchmark/cells.h"

enum { COMPLETE_ENOUGH = 80 }; /* per cent from which a municipality enters the live benchmark (SCORING.md) */

struct sheet {
    Ci__Submission__State state;
    uint8_t completeness;    /* per cent */
    bool contributes;        /* to the live benchmark */
    uint64_t last_answer_ms; /* server time */
    size_t question_count, node_count;
    struct mark marks[QUESTIONS_MAX];
    struct contribution live, adopted;
};

/* False where the municipality has not started; the sheet is then empty. */
bool sheet_read(struct txn *txn, const char *round, const char *municipality, struct sheet *sheet);
/* The same from a value of TABLE_SHEET. */
bool sheet_decode(struct sheet *sheet, struct bytes stored);

/*
 * The sheets, and behind them the cells, that one transaction changes. The answers of a push are of one municipality:
 * its sheet is held until another one comes, so that scores and cells follow once a push instead of once an answer.
 */
struct sheets;

/* `cells` follow; NULL while replaying: they are counted at the end (sheets_count). */
int sheets_new(struct sheets **out, struct cells *cells);
struct sheets *sheets_free(struct sheets *sheets); /* accepts NULL, returns NULL; what was not published is forgotten */
DEFINE_CLEANUP(struct sheets, sheets_free)
/* Everything that was changed is in the transaction after this. */
int sheets_flush(struct sheets *sheets, struct txn *txn);
/* After the commit: in the cells too. */
void sheets_publish(struct sheets *sheets);
/* Adds what all sheets contribute to cells that are still empty. */
int sheets_count(struct txn *txn, struct cells *cells);

/* Where a change belongs. */
struct sheet_place {
    struct txn *txn;
    struct sheets *sheets;
    const char *round, *municipality;
    const struct member *member;
    const struct questionnaire *questionnaire;
};
/* The answer that stands now is worth this. */
int sheet_answer(const struct sheet_place *place, size_t question, struct mark mark, uint64_t time_ms);
/* The submission that stands now; `adopted`: a mark a question where it is adopted, else NULL. */
int sheet_submission(const struct sheet_place *place, Ci__Submission__State state, const struct mark *adopted);
/* The municipality counts in other areas from now on: `place->member` are the new ones. */
int sheet_move(const struct sheet_place *place, const struct member *before);
