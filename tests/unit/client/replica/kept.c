/*
 * kept.c: own edits that were acknowledged are offered as history after a loss, in a backup or not, until the server will not have
 * them any more.
 */
#include "client/replica/exchange.h"

#include "client/replica/tables.h"
#include "common/wire/error.h"
#include "tests/unit/client/one_replica.h"

/* The own edits that would be offered now. */
static Ci__OfferHistory next_history(void)
{
    Ci__OfferHistory offer = CI__OFFER_HISTORY__INIT;
    uint8_t after[ID_BYTES] = { 0 };
    int result = exchange_history(replica, arena, PUSH_EDITS_MAX, after, &offer);

    assert_true(result == 0 || result == REPLICA_NONE);
    return offer;
}

static void offers_what_was_superseded_after_a_loss_until_it_is_forgotten(void **state)
{
    (void)state;
    write_key("answer/2026/S1.1");
    push_all();
    put_other(7, "answer/2026/S1.1");
    pull_all();
    assert_int_equal(exchange_complete(replica, 1, true), 0);
    assert_int_equal(exchange_note_journal(replica, 10, 0, false), 0);
    assert_int_equal(next_history().n_edits, 0);
    assert_int_equal(exchange_note_journal(replica, 5, 0, true), 0);
    assert_int_equal(counts().backed_up, 0);
    Ci__OfferHistory offer = next_history();

    assert_int_equal(offer.n_edits, 1);
    assert_int_equal(offer.edits[0]->fate, CI__PAST_EDIT__FATE__SUPERSEDED);
    assert_int_equal(exchange_note_journal(replica, 6, 6, false), 0); /* cut before: nothing is forgotten */
    assert_int_equal(next_history().n_edits, 1);
    assert_int_equal(exchange_history_end(replica), 0);
    replica->kept_most = 0; /* no room */
    assert_int_equal(exchange_note_journal(replica, 8, 8, false), 0);
    assert_int_equal(exchange_note_journal(replica, 9, 8, true), 0);
    assert_int_equal(next_history().n_edits, 0);
}

static void keeps_what_a_backup_has_while_there_is_room_for_an_older_backup_may_be_restored(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        write_key("answer/2026/S1.1");
        push_all();
    }
    put_other(7, "answer/2026/S1.1");
    pull_all();
    assert_int_equal(exchange_complete(replica, 1, true), 0);
    assert_int_equal(exchange_note_journal(replica, 10, 0, false), 0);
    assert_int_equal(exchange_note_journal(replica, 10, 10, false), 0); /* all are in a backup */
    assert_int_equal(exchange_note_journal(replica, 5, 5, true), 0);    /* and that was not the one restored */
    assert_int_equal(next_history().n_edits, 4);
    assert_int_equal(exchange_history_end(replica), 0);
    replica->kept_most = 3;
    assert_int_equal(exchange_note_journal(replica, 10, 10, false), 0);
    assert_int_equal(exchange_note_journal(replica, 11, 10, true), 0);
    assert_int_equal(next_history().n_edits, 3);
}

static void offers_a_late_edit_again_when_the_sync_was_cut(void **state)
{
    (void)state;
    write_key("answer/2026/late");
    write_key("answer/2026/S1.1");
    push_all();
    Ci__OfferHistory offer = next_history();

    assert_int_equal(offer.n_edits, 1); /* what a record heads is given back with it */
    assert_int_equal(offer.edits[0]->fate, CI__PAST_EDIT__FATE__LATE);
    assert_int_equal(exchange_complete(replica, 1, true), 0);
    assert_int_equal(next_history().n_edits, 0);
}

static void history_that_is_not_taken_any_more_goes_to_its_author(void **state)
{
    Ci__OfferHistoryReply answer = CI__OFFER_HISTORY_REPLY__INIT;
    Ci__PushResult refused = CI__PUSH_RESULT__INIT, *results[] = { &refused };
    uint8_t after[ID_BYTES] = { 0 };
    Ci__OfferHistory again = CI__OFFER_HISTORY__INIT;

    (void)state;
    push_without_record("answer/2026/S1.1");
    assert_int_equal(exchange_note_journal(replica, 5, 0, true), 0);
    Ci__OfferHistory offer = next_history();

    assert_int_equal(offer.n_edits, 1);
    refused.outcome = CI__PUSH_RESULT__OUTCOME__REFUSED;
    refused.error = error_new(arena, ERROR_TOO_MANY_RIVALS, NULL, NULL);
    answer.results = results;
    answer.n_results = 1;
    assert_int_equal(exchange_history_offered(replica, arena, &offer, &answer), 0);
    assert_int_equal(counts().attention, 1);
    assert_int_equal(exchange_history(replica, arena, PUSH_EDITS_MAX, after, &again), REPLICA_NONE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, replica_begin, replica_end)
    static const struct CMUnitTest tests[] = {
        TEST(offers_what_was_superseded_after_a_loss_until_it_is_forgotten),
        TEST(keeps_what_a_backup_has_while_there_is_room_for_an_older_backup_may_be_restored),
        TEST(offers_a_late_edit_again_when_the_sync_was_cut),
        TEST(history_that_is_not_taken_any_more_goes_to_its_author),
    };

    return RUN_UNIT("kept", tests);
}
