/*
 * view.c: the view that grew is the view that is built anew, to the byte; and it comes back after a stop, a kill and a
 * foreign file.
 */
#include <stdlib.h>

#include "common/monitor/submission.h"
#include "server/benchmark/sheets.h"
#include "server/ledger/tables.h"
#include "tests/support/one_world.h"

static int unsound; /* releases, by verify */
#include "tests/support/unit.h"

static Ci__Answer *some_answer(const Ci__Question *question)
{
    Ci__Answer *answer = SAMPLE_NEW(world.arena, Ci__Answer, ci__answer);
    Ci__AnswerValue *value = answer->value = SAMPLE_NEW(world.arena, Ci__AnswerValue, ci__answer_value);

    value->of_case = CI__ANSWER_VALUE__OF_UNKNOWN;
    value->unknown = true;
    if (question->kind == CI__QUESTION__KIND__MATURITY) {
        value->of_case = CI__ANSWER_VALUE__OF_LEVEL;
        value->level = (uint32_t)rand() % 5;
    } else if (question->kind == CI__QUESTION__KIND__PERCENTAGE) {
        value->of_case = CI__ANSWER_VALUE__OF_PERCENTAGE;
        value->percentage = (uint32_t)rand() % 101;
    }
    return answer;
}

/* Answers to random questions of all towns, some seen, some not, some cleared. */
static void answer_at_random(int count)
{
    static Ci__Edit *last[WORLD_TOWNS][SAMPLE_QUESTIONS];

    memset(last, 0, sizeof last);
    for (int i = 0; i < count; i++) {
        int town = rand() % WORLD_TOWNS, question = rand() % SAMPLE_QUESTIONS;
        struct principal buyer = world_person(CI__ROLE__ROLE_RESPONDENT, world_town(&world, town));
        const Ci__Question *asked = question_at(world.questionnaire, (size_t)question);
        Ci__Edit *edit =
            world_edit(&world, &buyer, buyer.areas[0], arena_format(world.arena, "answer/2026/%s", asked->id),
                       codec_pack(some_answer(asked), world.arena));

        if (rand() % 12 == 0) {
            edit->cleared = true;
            edit->value = (ProtobufCBinaryData){ 0, NULL };
        }
        if (last[town][question] && rand() % 3)
            world_base(&world, edit, last[town][question]);
        assert_in_range(world_push(&world, &buyer, edit), 0, 100 + ERROR_TOO_MANY_RIVALS);
        last[town][question] = edit;
    }
}

static void move_a_town(void)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);
    Ci__Area *area = world_area(&world, "GM0003", CI__AREA__KIND__MUNICIPALITY, 400000, 2, "NL", "PV26");
    Ci__Edit *edit = world_edit(&world, &central, "NL", "area/GM0003", codec_pack(area, world.arena));
    Ci__Record *record = NULL;
    struct txn txn;

    assert_int_equal(txn_begin_read(&txn, ledger_store(world.ledger)), 0);
    assert_int_equal(record_read(&txn, "NL", "area/GM0003", world.arena, &record), 0);
    txn_end(&txn);
    world_base(&world, edit, record->standing);
    assert_int_equal(world_push(&world, &central, edit), 0);
}

static void print_line(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "%s\n", line);
}

static void assert_sound(void)
{
    struct ledger_options options = world_options(&world);
    size_t grown_size, anew_size;
    char *grown = world_dump(&world, &grown_size), *anew;

    world_close_ledger(&world);
    assert_int_equal(ledger_verify(&options, print_line, NULL, &unsound), 0);
    assert_int_equal(ledger_rebuild(&options), 0);
    assert_int_equal(ledger_open(&world.ledger, &options), 0);
    anew = world_dump(&world, &anew_size);
    assert_int_equal(grown_size, anew_size);
    assert_memory_equal(grown, anew, grown_size);
    free(grown);
    free(anew);
}

static void built_anew_it_is_the_same_to_the_byte(void **state)
{
    (void)state;
    srand(7);
    answer_at_random(700);
    move_a_town();
    answer_at_random(200);
    assert_sound();
}

/* Nobody changes them meanwhile. */
static const struct cell *cells_of(const char *area, Ci__Basis basis)
{
    return cells_of_area(ledger_cells(world.ledger), "2026", basis, area);
}

/* The recount: the cells of the nation from the marks on all sheets. */
static void its_cells_are_a_recount_of_its_sheets(void **state)
{
    struct txn txn;
    struct cell counted[NODES_MAX] = { 0 };
    size_t nodes = node_count(world.questionnaire), contributors = 0;

    (void)state;
    srand(11);
    answer_at_random(900);
    assert_int_equal(txn_begin_read(&txn, ledger_store(world.ledger)), 0);
    for (int town = 0; town < WORLD_TOWNS; town++) {
        struct sheet sheet;
        struct scores scores;

        if (!sheet_read(&txn, "2026", world_town(&world, town), &sheet))
            continue;
        scores_compute(world.questionnaire, sheet.marks, NULL, &scores);
        contributors += scores.completeness >= COMPLETE_ENOUGH;
        for (size_t node = 0; node < nodes && scores.completeness >= COMPLETE_ENOUGH; node++)
            if (scores.node[node] >= 0)
                cell_add(&counted[node], score_points(scores.node[node]));
    }
    assert_in_range(contributors, 5, WORLD_TOWNS);
    txn_end(&txn);
    assert_memory_equal(cells_of("NL", CI__BASIS__LIVE), counted, nodes * sizeof *counted);
    world_reopen(&world);
    assert_memory_equal(cells_of("NL", CI__BASIS__LIVE), counted, nodes * sizeof *counted);
}

static void a_damaged_view_is_noticed_by_verify(void **state)
{
    struct ledger_options options = world_options(&world);

    (void)state;
    assert_int_equal(txn_begin_write(&world.txn, ledger_store(world.ledger)), 0);
    txn_put(&world.txn, TABLE_MEMBER, bytes_of("GM0001", 7), bytes_of("x", 2));
    assert_int_equal(txn_commit(&world.txn), 0);
    world.ledger = ledger_close(world.ledger);
    assert_int_equal(ledger_verify(&options, NULL, NULL, &unsound), 1);
    assert_int_equal(ledger_open(&world.ledger, &options), 0);
}

static void a_lost_mark_means_built_anew(void **state)
{
    char path[96];
    size_t before_size, after_size;
    char *before, *after;

    (void)state;
    srand(3);
    answer_at_random(30);
    before = world_dump(&world, &before_size);
    world.ledger = ledger_close(world.ledger);
    snprintf(path, sizeof path, "%s/view.mark", world.path);
    assert_int_equal(unlink(path), 0);
    struct ledger_options options = world_options(&world);
    assert_int_equal(ledger_open(&world.ledger, &options), 0);
    after = world_dump(&world, &after_size);
    assert_int_equal(before_size, after_size);
    assert_memory_equal(before, after, before_size);
    free(before);
    free(after);
    world_reopen(&world);
}

static void an_adopted_submission_counts_and_a_wrong_one_is_refused(void **state)
{
    struct principal executive = world_person(CI__ROLE__ROLE_EXECUTIVE, "GM0001");
    struct principal lead = world_person(CI__ROLE__ROLE_LEAD, "GM0001");
    Ci__Edit *answer = world_edit(&world, &lead, "GM0001", "answer/2026/S1.1", world_level(&world, 3));
    Ci__Submission *submission = SAMPLE_NEW(world.arena, Ci__Submission, ci__submission);
    Ci__SubmittedAnswer *given = SAMPLE_NEW(world.arena, Ci__SubmittedAnswer, ci__submitted_answer);
    uint8_t digest[DIGEST_BYTES];
    Ci__Edit *submitted, *adopted;

    (void)state;
    assert_int_equal(world_push(&world, &lead, answer), 0);
    given->question = arena_string(world.arena, "S1.1");
    given->edit = answer->id;
    given->value = SAMPLE_NEW(world.arena, Ci__AnswerValue, ci__answer_value);
    given->value->of_case = CI__ANSWER_VALUE__OF_LEVEL;
    given->value->level = 3;
    submission->answers = &given;
    submission->n_answers = 1;
    submission->state = CI__SUBMISSION__STATE__SUBMITTED;
    assert_int_equal(submission_digest(submission, world.arena, digest), 0);
    submission->digest = bytes_to(bytes_of(digest, sizeof digest));
    given->value->level = 2;
    assert_int_equal(
        world_push(&world, &lead,
                   world_edit(&world, &lead, "GM0001", "submission/2026", codec_pack(submission, world.arena))),
        100 + ERROR_DIGEST_DIFFERS);
    given->value->level = 3;
    submitted = world_edit(&world, &lead, "GM0001", "submission/2026", codec_pack(submission, world.arena));
    assert_int_equal(world_push(&world, &lead, submitted), 0);
    submission->state = CI__SUBMISSION__STATE__ADOPTED;
    adopted = world_edit(&world, &lead, "GM0001", "submission/2026", codec_pack(submission, world.arena));
    world_base(&world, adopted, submitted);
    assert_int_equal(world_push(&world, &lead, adopted), 100 + ERROR_NO_RIGHT);
    adopted->author = arena_string(world.arena, executive.person);
    assert_int_equal(world_push(&world, &executive, adopted), 0);
    Ci__Edit *again = world_edit(&world, &lead, "GM0001", "submission/2026", codec_pack(submission, world.arena));
    world_base(&world, again, adopted);
    assert_int_equal(world_push(&world, &lead, again), 100 + ERROR_NO_RIGHT); /* byte for byte the same */
    submission->state = CI__SUBMISSION__STATE__SUBMITTED;
    adopted = world_edit(&world, &lead, "GM0001", "submission/2026", codec_pack(submission, world.arena));
    assert_int_equal(world_push(&world, &lead, adopted), 100 + ERROR_WRONG_STATE);
    assert_int_equal(cells_of("PV25", CI__BASIS__ADOPTED)[node_overall()].count, 1);
    assert_sound();
}

static void conflicts_stand_in_the_way_of_submitting(void **state)
{
    struct principal lead = world_person(CI__ROLE__ROLE_LEAD, "GM0001");
    Ci__Submission *submission = SAMPLE_NEW(world.arena, Ci__Submission, ci__submission);
    uint8_t digest[DIGEST_BYTES];

    (void)state;
    for (uint32_t level = 1; level <= 2; level++)
        assert_int_equal(
            world_push(&world, &lead,
                       world_edit(&world, &lead, "GM0001", "answer/2026/S1.1", world_level(&world, level))),
            level - 1);
    submission->state = CI__SUBMISSION__STATE__SUBMITTED;
    assert_int_equal(submission_digest(submission, world.arena, digest), 0);
    submission->digest = bytes_to(bytes_of(digest, sizeof digest));
    assert_int_equal(
        world_push(&world, &lead,
                   world_edit(&world, &lead, "GM0001", "submission/2026", codec_pack(submission, world.arena))),
        100 + ERROR_CONFLICTS_OPEN);
}

#define VIEW(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        VIEW(built_anew_it_is_the_same_to_the_byte),
        VIEW(its_cells_are_a_recount_of_its_sheets),
        VIEW(a_damaged_view_is_noticed_by_verify),
        VIEW(a_lost_mark_means_built_anew),
        VIEW(an_adopted_submission_counts_and_a_wrong_one_is_refused),
        VIEW(conflicts_stand_in_the_way_of_submitting),
    };

    return RUN_UNIT("server.ledger.view", tests);
}
