#include "common/base/fault.h"

#include <pthread.h>
#include <string.h>

#include "tests/support/unit.h"

static int fails(void)
{
    return FAULT(FAULT_FULL, "the disk is full: %s", "make room");
}

static int passes_up(void)
{
    TRY(fails());
    return 0;
}

static void is_passed_up_unchanged(void **state)
{
    (void)state;
    assert_int_equal(passes_up(), -FAULT_FULL);
    assert_string_equal(fault_message(), "the disk is full: make room");
    assert_string_equal(fault_name(-FAULT_FULL), "full");
    assert_string_equal(fault_name(-9999), "unknown");
}

static void says_where_it_was_born(void **state)
{
    (void)state;
    fails();
    assert_int_equal(strncmp(fault_place(), "tests/unit/common/base/fault.c:", 31), 0);
}

static void may_hold_the_sentence_of_the_fault_before(void **state)
{
    (void)state;
    fails();
    FAULT(FAULT_IO, "saving failed: %s", fault_message());
    assert_string_equal(fault_message(), "saving failed: the disk is full: make room");
}

static void holds_a_peers_refusal_until_the_next(void **state)
{
    const struct fault_refusal refusal = { .code = 11, .name = "no_right", .retry_after_ms = 5 };

    (void)state;
    assert_int_equal(fault_refuse(&refusal, "you may not"), -FAULT_REFUSED);
    assert_string_equal(fault_message(), "you may not");
    assert_string_equal(fault_refusal()->name, "no_right");
    fails();
    assert_null(fault_refusal());
}

static void *other_thread(void *unused)
{
    (void)unused;
    FAULT(FAULT_IO, "elsewhere");
    return NULL;
}

static void belongs_to_its_thread(void **state)
{
    pthread_t thread;

    (void)state;
    fails();
    assert_int_equal(pthread_create(&thread, NULL, other_thread, NULL), 0);
    pthread_join(thread, NULL);
    assert_string_equal(fault_message(), "the disk is full: make room");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_passed_up_unchanged),
        cmocka_unit_test(says_where_it_was_born),
        cmocka_unit_test(may_hold_the_sentence_of_the_fault_before),
        cmocka_unit_test(holds_a_peers_refusal_until_the_next),
        cmocka_unit_test(belongs_to_its_thread),
    };

    return RUN_UNIT("fault", tests);
}
