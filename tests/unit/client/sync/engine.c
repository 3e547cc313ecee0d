/*
 * engine.c: a whole sync without a network, and cut at every message, before and after the server had it.
 */
#include "client/sync/engine.h"

#include "tests/unit/client/one_sync.h"

static void sends_what_is_unsent_and_fetches_what_is_new(void **state)
{
    (void)state;
    put_others(5);
    write_key("answer/2026/S1.1");
    write_key("answer/2026/S1.2");
    struct engine_report report = sync_whole();

    assert_int_equal(report.sent, 2);
    assert_true(report.complete);
    assert_int_equal(counts().unsent, 0);
    assert_true(counts().complete_as_of_ms >= 1000000);
    assert_true(holds("answer/2026/O4"));
    assert_int_equal(identity.role, CI__ROLE__ROLE_RESPONDENT); /* as the server has it now */
}

static void may_be_cut_anywhere(void **state)
{
    for (unsigned cut = 0; cut < 12; cut++)
        for (int after = 0; after < 2; after++) {
            struct engine_report report;

            assert_int_equal(begin(state), 0);
            put_others(5);
            write_key("answer/2026/S1.1");
            write_key("answer/2026/bad");
            write_key("answer/2026/S1.2");
            sync_cut(cut, after, &report);
            write_key("answer/2026/S1.3");
            report = sync_whole();
            assert_true(report.complete);
            assert_int_equal(server.edit_count, 3); /* each once */
            assert_int_equal(counts().unsent, 0);
            assert_int_equal(counts().received, 3);
            assert_int_equal(counts().attention, 1);
            for (unsigned i = 0; i < 5; i++) {
                char key[32];

                snprintf(key, sizeof key, "answer/2026/O%u", i);
                assert_true(holds(key));
            }
            assert_true(holds("answer/2026/S1.3"));
            assert_int_equal(replica_end(state), 0);
        }
}

static void takes_a_new_incarnation_when_it_was_cloned(void **state)
{
    (void)state;
    write_key("answer/2026/S1.1");
    sync_whole();
    write_key("answer/2026/S1.2");
    server.cloned = true;
    assert_true(sync_whole().cloned);
    assert_int_equal(server.edit_count, 2);
    assert_int_equal(server.numbers[1], 1);
}

static void pulls_although_the_server_takes_nothing_now(void **state)
{
    (void)state;
    put_others(3);
    write_key("answer/2026/S1.1");
    server.push_error = ERROR_STORE_FULL;
    struct engine_report report = sync_whole();

    assert_int_equal(report.sent, 0);
    assert_int_equal(report.unsent, 1);
    assert_true(report.complete);
    assert_true(holds("answer/2026/O2"));
    assert_int_equal(counts().unsent, 1);
    assert_int_equal(counts().attention, 0);
}

static void goes_on_after_a_page_that_brings_nothing(void **state)
{
    (void)state;
    put_others(5);
    server.hollow = true;
    assert_true(sync_whole().complete);
    assert_true(holds("answer/2026/O4"));
    put_others(6);
    assert_true(sync_whole().complete);
    assert_true(holds("answer/2026/O5"));
}

/* The server fails over one of them: it is not its author's fault, so it is kept, and what is behind it is not. */
static void goes_past_the_edit_that_the_server_fails_over(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        char key[32];

        snprintf(key, sizeof key, "answer/2026/S%u", i);
        write_key(i == 3 || i == 13 ? "answer/2026/poison" : key);
    }
    server.poison_error = ERROR_INTERNAL;
    struct engine_report report = sync_whole();

    assert_int_equal(server.edit_count, 18);
    assert_int_equal(counts().unsent, 2); /* the second is based on the first */
    assert_int_equal(counts().attention, 0);
    assert_true(report.complete && report.held); /* and said */
    write_key("answer/2026/S30");
    sync_whole();
    assert_int_equal(server.edit_count, 19); /* nor does it stand before what comes later */
    server.poison_error = 0;
    server.is_mended = true;
    assert_null(sync_whole().held);
    assert_int_equal(server.edit_count, 21);
    assert_int_equal(counts().unsent, 0);
}

/* An edit that no record heads, and of which it is not known whether the sync that sent it came to its end. */
static void offers_history_again_until_it_was_taken(void **state)
{
    static const uint32_t refusals[] = { ERROR_MALFORMED, ERROR_BUSY, ERROR_INTERNAL };
    struct engine_report report;

    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        assert_int_equal(begin(state), 0);
        write_key("answer/2026/late");
        assert_false(sync_cut(2, false, &report)); /* hello, push: answered late; then cut */
        server.history_error = refusals[i];
        write_key("answer/2026/new");
        assert_true(sync_whole().complete);
        assert_int_equal(counts().unsent,
                         refusals[i] == ERROR_BUSY ? 1 : 0); /* what is new does not wait for what is old */
        server.history_error = 0;
        sync_whole();
        assert_int_equal(server.offered, 1);
        sync_whole();
        assert_int_equal(server.offered, 1); /* and no more once it was */
        replica_end(state);
    }
}

static void begins_each_dossier_again_whose_cursor_is_bad(void **state)
{
    (void)state;
    put_others(3);
    sync_whole();
    put_others(5);
    server.bad_cursors = 2;
    assert_true(sync_whole().complete);
    assert_true(holds("answer/2026/O4"));
}

/* What hands in a round goes with the answer that was put off: the list would not be the one that was meant. */
static void hands_in_nothing_before_what_is_handed_in(void **state)
{
    (void)state;
    write_key("answer/2026/poison");
    write_key("submission/2026");
    write_key("submission/2027");
    write_key("answer/2026/S1");
    server.poison_error = ERROR_INTERNAL;
    sync_whole();
    assert_int_equal(server.edit_count, 2);
    assert_int_equal(counts().unsent, 2);
    assert_true(holds("submission/2027"));
    assert_false(holds("submission/2026"));
    server.is_mended = true;
    sync_whole();
    assert_true(holds("submission/2026"));
    assert_int_equal(counts().unsent, 0);
}

static void parks_the_edit_that_the_server_cannot_read_and_sends_the_others(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        char key[32];

        snprintf(key, sizeof key, "answer/2026/S%u", i);
        write_key(i == 13 ? "answer/2026/poison" : key);
    }
    struct engine_report report = sync_whole();

    assert_int_equal(report.sent, 20);
    assert_int_equal(report.refused, 1);
    assert_int_equal(server.edit_count, 19);
    assert_int_equal(counts().unsent, 0);
    assert_int_equal(counts().attention, 1);
}

static void sends_many_in_batches(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 300; i++)
        write_key(i % 2 ? "answer/2026/S1.1" : "answer/2026/S1.2");
    assert_int_equal(sync_whole().sent, 300);
    assert_int_equal(server.pushes, 2);
    assert_int_equal(server.edit_count, 300);
}

static void refuses_to_be_somebody_else(void **state)
{
    CLEANUP(engine_free) struct engine *engine = NULL;
    const ProtobufCMessage *request = NULL;
    uint16_t type = 0;
    uint32_t code = 0;

    (void)state;
    snprintf(identity.person, sizeof identity.person, "p00000000000000ff");
    assert_int_equal(engine_new(&engine, replica, &identity), 0);
    assert_int_equal(engine_next(engine, &type, &request), 0);
    assert_int_equal(engine_answer(engine, serve(type, request, engine_arena(engine), &code)), -FAULT_INVALID);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, replica_end)
    static const struct CMUnitTest tests[] = {
        TEST(sends_what_is_unsent_and_fetches_what_is_new),
        cmocka_unit_test(may_be_cut_anywhere),
        TEST(takes_a_new_incarnation_when_it_was_cloned),
        TEST(goes_on_after_a_page_that_brings_nothing),
        TEST(pulls_although_the_server_takes_nothing_now),
        TEST(goes_past_the_edit_that_the_server_fails_over),
        cmocka_unit_test(offers_history_again_until_it_was_taken),
        TEST(begins_each_dossier_again_whose_cursor_is_bad),
        TEST(hands_in_nothing_before_what_is_handed_in),
        TEST(parks_the_edit_that_the_server_cannot_read_and_sends_the_others),
        TEST(sends_many_in_batches),
        TEST(refuses_to_be_somebody_else),
    };

    return RUN_UNIT("engine", tests);
}
