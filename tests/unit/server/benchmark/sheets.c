/*
 * sheets.c: what sheets put into the cells, in a store of the two tables: who enters, who moves, what a dropped
 * transaction leaves behind. After each test the cells are those that a count of all sheets gives.
 */
#include "server/benchmark/sheets.h"

#include "common/monitor/record_key.h"
#include "server/benchmark/tables.h"
#include "tests/support/folder.h"
#include "tests/support/sample_questionnaire.h"
#include "tests/support/unit.h"

enum { SCORED = 24, ALL = SAMPLE_QUESTIONS + 10 };

static const char *const tables[BENCHMARK_TABLES] = { "sheet", "member" };
static const struct mark full = { .state = MARK_SCORED, .score = SCORE_MAX };

static struct stage {
    struct store *store;
    struct cells *cells;
    struct questionnaire *questionnaire;
    struct member member;
    struct txn txn;
    struct sheet_place place;
} stage;

/* The sample's fourteen that are scored, and ten more: 19 of 24 are 79 per cent, 20 are 83. */
static struct questionnaire *twenty_four(void)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct questionnaire *questionnaire = NULL;
    Ci__Questionnaire *message;
    Ci__Question **questions;
    char id[16];

    assert_int_equal(arena_new(&arena, SAMPLE_ARENA), 0);
    message = sample_message(arena);
    questions = sample_take(arena, ALL * sizeof *questions);
    memcpy(questions, message->questions, SAMPLE_QUESTIONS * sizeof *questions);
    for (int i = SAMPLE_QUESTIONS; i < ALL; i++) {
        snprintf(id, sizeof id, "S1.%d", i);
        questions[i] = sample_question(
            arena, &(struct sample_question){ id, "S1", CI__QUESTION__KIND__MATURITY, 1, "", 0, 0, false, 0 });
    }
    message->questions = questions;
    message->n_questions = ALL;
    assert_int_equal(questionnaire_new(&questionnaire, codec_pack(message, arena), NULL, 0), 0);
    assert_int_equal(questionnaire->scored_count, SCORED);
    return questionnaire;
}

static void begin(void)
{
    assert_int_equal(txn_begin_write(&stage.txn, stage.store), 0);
    assert_int_equal(sheets_new(&stage.place.sheets, stage.cells), 0);
}

static void commit(void)
{
    assert_int_equal(sheets_flush(stage.place.sheets, &stage.txn), 0);
    assert_int_equal(txn_commit(&stage.txn), 0);
    sheets_publish(stage.place.sheets);
    stage.place.sheets = sheets_free(stage.place.sheets);
}

static void drop(void)
{
    assert_int_equal(sheets_flush(stage.place.sheets, &stage.txn), 0);
    txn_end(&stage.txn);
    stage.place.sheets = sheets_free(stage.place.sheets);
}

static int set_up(void **state)
{
    folder_make(state);
    stage = (struct stage){ .member = { .area_count = 2, .areas = { "NL", "PV25" } } };
    assert_int_equal(store_open(&stage.store, &(struct store_options){ .path = in_folder("store"),
                                                                       .map_bytes = 16 << 20,
                                                                       .tables = tables,
                                                                       .table_count = BENCHMARK_TABLES }),
                     0);
    assert_int_equal(cells_new(&stage.cells), 0);
    stage.questionnaire = twenty_four();
    stage.place = (struct sheet_place){ .txn = &stage.txn,
                                        .round = "2026",
                                        .municipality = "GM0001",
                                        .member = &stage.member,
                                        .questionnaire = stage.questionnaire };
    begin();
    member_write(&stage.txn, "GM0001", &stage.member);
    commit();
    return 0;
}

static void assert_cells_are_a_recount(void)
{
    CLEANUP(cells_free) struct cells *anew = NULL;
    char first[CELLS_NAME_SIZE];

    assert_int_equal(cells_new(&anew), 0);
    assert_int_equal(txn_begin_read(&stage.txn, stage.store), 0);
    assert_int_equal(sheets_count(&stage.txn, anew), 0);
    txn_end(&stage.txn);
    cells_compare(stage.cells, anew, first);
    assert_string_equal(first, "");
}

static int tear_down(void **state)
{
    assert_cells_are_a_recount();
    cells_free(stage.cells);
    store_close(stage.store);
    questionnaire_free(stage.questionnaire);
    return folder_remove(state);
}

/* The first `count` questions that are scored. */
static void answer(int count)
{
    for (size_t i = 0; i < ALL && count > 0; i++)
        if (stage.questionnaire->scored[i]) {
            assert_int_equal(sheet_answer(&stage.place, i, full, 1000), 0);
            count--;
        }
}

static unsigned contributors(const char *area)
{
    const struct cell *cells = cells_of_area(stage.cells, "2026", CI__BASIS__LIVE, area);

    return cells ? cells[node_overall()].count : 0;
}

static void a_municipality_enters_the_live_benchmark_at_80_per_cent_and_not_at_79(void **state)
{
    struct sheet sheet;

    (void)state;
    begin();
    answer(19);
    commit();
    assert_int_equal(txn_begin_read(&stage.txn, stage.store), 0);
    assert_true(sheet_read(&stage.txn, "2026", "GM0001", &sheet));
    txn_end(&stage.txn);
    assert_int_equal(sheet.completeness, 79);
    assert_false(sheet.contributes);
    assert_int_equal(contributors("NL"), 0);
    begin();
    answer(20);
    commit();
    assert_int_equal(contributors("NL"), 1);
    assert_int_equal(contributors("PV25"), 1);
}

static void what_a_dropped_transaction_noted_never_comes_into_the_cells(void **state)
{
    (void)state;
    begin();
    answer(24);
    drop();
    begin();
    commit();
    assert_int_equal(contributors("NL"), 0);
    begin();
    answer(24);
    commit();
    assert_int_equal(contributors("NL"), 1);
}

static void who_moves_counts_where_he_came_and_no_longer_where_he_was(void **state)
{
    struct member before = stage.member;

    (void)state;
    begin();
    answer(24);
    commit();
    stage.member.areas[1][3] = '6'; /* PV26 */
    begin();
    member_write(&stage.txn, "GM0001", &stage.member);
    assert_int_equal(sheet_move(&stage.place, &before), 0);
    commit();
    assert_int_equal(contributors("NL"), 1);
    assert_int_equal(contributors("PV25"), 0);
    assert_int_equal(contributors("PV26"), 1);
}

static void cells_that_are_not_what_the_sheets_say_are_named(void **state)
{
    CLEANUP(cells_free) struct cells *anew = NULL;
    char first[CELLS_NAME_SIZE];

    (void)state;
    begin();
    answer(24);
    commit();
    assert_int_equal(cells_new(&anew), 0);
    assert_int_equal(cells_compare(stage.cells, anew, first), 2);
    assert_int_equal(cells_compare(anew, stage.cells, first), 2);
    assert_true(strcmp(first, "round 2026, basis live, area NL") == 0 ||
                strcmp(first, "round 2026, basis live, area PV25") == 0);
}

int main(void)
{
#define SHEETS(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        SHEETS(a_municipality_enters_the_live_benchmark_at_80_per_cent_and_not_at_79),
        SHEETS(what_a_dropped_transaction_noted_never_comes_into_the_cells),
        SHEETS(who_moves_counts_where_he_came_and_no_longer_where_he_was),
        SHEETS(cells_that_are_not_what_the_sheets_say_are_named),
    };

    return RUN_UNIT("benchmark.sheets", tests);
}
