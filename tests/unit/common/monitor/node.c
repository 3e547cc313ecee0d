/* unit.node: numbers and names of the score tree. */
#include "common/monitor/node.h"

#include "tests/support/sample_questionnaire.h"
#include "tests/support/unit.h"

static void finds_every_node_by_its_name(void **state)
{
    CLEANUP(questionnaire_free) struct questionnaire *sample = sample_questionnaire();
    char name[NODE_NAME_SIZE];

    (void)state;
    assert_int_equal(node_count(sample), 2 + 2 * 2 + 2 * 5 + 2 + SAMPLE_QUESTIONS);
    for (size_t i = 0; i < node_count(sample); i++) {
        assert_int_equal(node_find(sample, node_name(sample, i, name)), (int)i);
        assert_true(*node_text(sample, i).nl && *node_text(sample, i).en);
    }
}

static void keeps_the_order_that_is_stored(void **state)
{
    CLEANUP(questionnaire_free) struct questionnaire *sample = sample_questionnaire();
    char name[NODE_NAME_SIZE];

    (void)state;
    assert_string_equal(node_name(sample, 0, name), "overall");
    assert_string_equal(node_name(sample, 1, name), "strategic");
    assert_string_equal(node_name(sample, node_theme(sample, 2), name), "O1");
    assert_int_equal(node_theme(sample, 0), 3);
    assert_string_equal(node_name(sample, node_focal_point(sample, 1), name), "focal/BK");
    assert_int_equal(node_focal_point(sample, 0), 8);
    assert_string_equal(node_name(sample, node_progress(sample), name), "progress");
    assert_int_equal(node_progress(sample), 10);
    assert_string_equal(node_name(sample, 12, name), "progress/operational");
    assert_string_equal(node_name(sample, 17, name), "progress/O3");
    assert_string_equal(node_name(sample, node_question(sample, 0), name), "S1.1");
    assert_int_equal(node_question(sample, 0), 18);
    assert_string_equal(node_text(sample, 0).nl, "Totaal");
    assert_string_equal(node_text(sample, 10).en, "Progress");
}

static void finds_nothing_under_another_name(void **state)
{
    static const char *const wrong[] = {
        "", "Overall", "focal/", "focal/XX", "progress/", "progress/S1.1", "S9", "HH"
    };
    CLEANUP(questionnaire_free) struct questionnaire *sample = sample_questionnaire();

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(node_find(sample, wrong[i]), -1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_every_node_by_its_name),
        cmocka_unit_test(keeps_the_order_that_is_stored),
        cmocka_unit_test(finds_nothing_under_another_name),
    };

    return RUN_UNIT("node", tests);
}
