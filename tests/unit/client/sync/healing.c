/*
 * healing.c: of what the server lost it may fail over one record, or over all: the one stops no other, and of all none is lost.
 */
#include "client/sync/healing.h"

#include "tests/unit/client/one_sync.h"

/* Twenty records that the server turns out to lack. */
static void lose_all(void)
{
    for (unsigned i = 0; i < 20; i++) {
        char key[32];

        snprintf(key, sizeof key, "answer/2026/S%u", i);
        write_key(i == 13 ? "answer/2026/poison" : key);
    }
    server.is_mended = true;
    sync_whole();
    assert_int_equal(exchange_forget_cursor(replica, "GM0200"), 0); /* so that all is asked about */
    server.rewound = true;
    server.record_count = 0;
}

static void parks_the_record_over_which_the_server_fails(void **state)
{
    (void)state;
    lose_all();
    struct engine_report report = sync_whole();

    assert_int_equal(report.unhealed, 1);
    assert_int_equal(report.healed, 19);
    assert_true(report.complete); /* it stops no other, and nothing behind it */
    assert_int_equal(counts().attention, 1);
}

/* A server that fails over everything will be mended: what it lacks stays here, to be given back then. */
static void parks_no_record_where_the_server_fails_over_all(void **state)
{
    CLEANUP(engine_free) struct engine *engine = NULL;
    const ProtobufCMessage *request = NULL, *reply = NULL;
    uint16_t type = 0;
    uint32_t code = 0;
    int result = 0;

    (void)state;
    lose_all();
    server.heals_nothing = true;
    assert_int_equal(engine_new(&engine, replica, &identity), 0);
    while (result == 0 && engine_next(engine, &type, &request) == 0) {
        reply = serve(type, request, engine_arena(engine), &code);
        result = reply ? engine_answer(engine, reply)
                       : engine_refused(engine, error_new(engine_arena(engine), code, NULL, NULL));
    }
    assert_int_equal(result, -FAULT_REFUSED);
    assert_int_equal(type, MESSAGE_HEAL);
    assert_int_equal(counts().attention, 0);
    assert_true(holds("answer/2026/S1"));
    server.heals_nothing = false;
    assert_int_equal(sync_whole().healed, 19);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, replica_end)
    static const struct CMUnitTest tests[] = {
        TEST(parks_the_record_over_which_the_server_fails),
        TEST(parks_no_record_where_the_server_fails_over_all),
    };

    return RUN_UNIT("healing", tests);
}
