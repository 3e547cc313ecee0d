#include "server/journal/survey.h"

#include "tests/unit/server/journal/sample.h"

enum { SMALL = 4096 };

static uint64_t kept_until;

static bool keep(void *context, const struct journal_head *head, struct bytes taken)
{
    (void)context;
    (void)taken;
    return head->position <= kept_until;
}

/* Records of 1 to 5 entries over several segments. */
static uint64_t fill(void)
{
    CLEANUP(journal_close) struct journal *journal = open_with(true, false, SMALL);

    for (size_t i = 0; i < 150; i++)
        append(journal, 1 + i % 5);
    return journal_head(journal).position;
}

static void names_the_whole_of_each_segment(void **state)
{
    CLEANUP(journal_survey_done) struct journal_survey survey = { 0 };
    struct journal_head head;
    uint64_t last = fill(), next = 1;

    (void)state;
    assert_int_equal(journal_survey(&survey, in_folder("j"), NULL, NULL), 0);
    assert_true(survey.count > 2);
    assert_int_equal(survey.count, segments());
    for (size_t i = 0; i < survey.count; i++) {
        assert_int_equal(survey.pieces[i].first, next);
        assert_true(survey.pieces[i].bytes > 64 && survey.pieces[i].bytes <= SMALL);
        next = survey.pieces[i].last + 1;
    }
    assert_int_equal(next, last + 1);
    assert_int_equal(read_all(1, &head), last);
    assert_memory_equal(&survey.head, &head, sizeof head);
}

static void leaves_out_a_record_with_an_entry_that_is_not_kept(void **state)
{
    uint64_t last = fill();

    (void)state;
    for (kept_until = 1; kept_until <= last; kept_until += 7) {
        CLEANUP(journal_survey_done) struct journal_survey survey = { 0 };

        assert_int_equal(journal_survey(&survey, in_folder("j"), keep, NULL), 0);
        assert_true(survey.head.position <= kept_until && survey.head.position + 5 > kept_until);
        assert_int_equal(survey.pieces[survey.count - 1].last, survey.head.position);
    }
}

/* A journal results that reads, opens and grows. */
static void cuts_to_what_was_surveyed(void **state)
{
    uint64_t last = fill();

    (void)state;
    for (kept_until = last; kept_until > 0; kept_until = kept_until > 9 ? kept_until - 9 : 0) {
        CLEANUP(journal_survey_done) struct journal_survey survey = { 0 };
        struct journal_head head;

        assert_int_equal(journal_survey(&survey, in_folder("j"), keep, NULL), 0);
        assert_int_equal(journal_cut(in_folder("j"), &survey), 0);
        assert_int_equal(read_all(1, &head), survey.head.position);
        assert_memory_equal(&survey.head, &head, sizeof head);
        CLEANUP(journal_close) struct journal *journal = open_with(false, false, SMALL);
        struct journal_head opened = journal_head(journal);

        assert_memory_equal(&opened, &head, sizeof head);
        append(journal, 2);
    }
}

static void a_journal_of_which_nothing_is_kept_has_no_piece(void **state)
{
    CLEANUP(journal_survey_done) struct journal_survey survey = { 0 };

    (void)state;
    fill();
    kept_until = 0;
    assert_int_equal(journal_survey(&survey, in_folder("j"), keep, NULL), 0);
    assert_int_equal(survey.count, 0);
    assert_int_equal(survey.head.position, 0);
}

static void a_flipped_bit_before_the_end_is_damage(void **state)
{
    CLEANUP(journal_survey_done) struct journal_survey survey = { 0 };
    size_t size;

    (void)state;
    fill();
    uint8_t *bytes = load(&size);

    bytes[200] ^= 1;
    store(bytes, size);
    free(bytes);
    assert_int_equal(journal_survey(&survey, in_folder("j"), NULL, NULL), -FAULT_CORRUPT);
}

#define SURVEY(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        SURVEY(names_the_whole_of_each_segment),
        SURVEY(leaves_out_a_record_with_an_entry_that_is_not_kept),
        SURVEY(cuts_to_what_was_surveyed),
        SURVEY(a_journal_of_which_nothing_is_kept_has_no_piece),
        SURVEY(a_flipped_bit_before_the_end_is_damage),
    };

    return RUN_UNIT("server.journal.survey", tests);
}
