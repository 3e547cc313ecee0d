/*
 * tray.c: what was refused stays until its author is done with it or said it again with success; the history is bounded.
 */
#include "client/replica/tables.h"
#include "common/wire/error.h"
#include "common/wire/limits.h"
#include "tests/unit/client/one_replica.h"

static const char key[] = "answer/2026/S1.1";

/* An edit of somebody goes to the tray. */
static void park(const char *author, uint8_t byte)
{
    uint8_t id[ID_BYTES];
    Ci__Edit edit = fake_edit(id, byte, "GM0200", key, "x");
    struct txn txn;

    edit.author = (char *)(uintptr_t)author;
    assert_int_equal(txn_begin_write(&txn, replica->store), 0);
    attention_add(&txn, arena, &edit, error_new(arena, ERROR_INVALID, NULL, NULL));
    assert_int_equal(txn_commit(&txn), 0);
}

static size_t history_of_key(void)
{
    struct edit_history history;

    assert_int_equal(replica_history(replica, arena, "GM0200", key, &history), 0);
    return history.count;
}

static void holds_an_edit_once(void **state)
{
    (void)state;
    park("p0000000000000001", 1);
    park("p0000000000000001", 1); /* late, and after a loss not taken back */
    assert_int_equal(counts().attention, 1);
    park("p0000000000000001", 2);
    assert_int_equal(counts().attention, 2);
}

static void empties_of_what_its_author_said_again_and_keeps_what_a_colleague_said(void **state)
{
    (void)state;
    park("p0000000000000001", 1);
    park("p00000000000000ff", 2);
    write_key("answer/2026/S1.2"); /* another key settles nothing */
    push_all();
    assert_int_equal(counts().attention, 2);
    write_key(key);
    assert_int_equal(counts().attention, 2); /* saved is not accepted */
    push_all();
    assert_int_equal(counts().attention, 1);
    assert_int_equal(replica_dismiss(replica, 1), REPLICA_NONE);
    assert_int_equal(replica_dismiss(replica, 2), 0);
    assert_int_equal(counts().attention, 0);
    assert_int_equal(history_of_key(), 2); /* what was accepted, and what was dismissed */
}

static void lets_go_of_what_a_record_shows_as_admitted(void **state)
{
    uint8_t id[ID_BYTES];
    Ci__Edit edit = fake_edit(id, 1, "GM0200", key, "x");
    Ci__PullReply page = CI__PULL_REPLY__INIT;
    Ci__FeedItem item = CI__FEED_ITEM__INIT, *items[] = { &item };

    (void)state;
    park("p0000000000000001", 1);
    park("p0000000000000001", 2);
    fake_put(&server, &edit, NULL);
    item.record = fake_sealed(fake_find(&server, "GM0200", key), arena);
    page.items = items;
    page.n_items = 1;
    assert_int_equal(exchange_pulled(replica, arena, "GM0200", &page), 0);
    assert_int_equal(counts().attention, 1);
    assert_int_equal(replica_dismiss(replica, 2), 0);
}

static void keeps_the_newest_hundred_of_a_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < 120; i++)
        write_key(key);
    assert_int_equal(history_of_key(), 100);
    assert_int_equal(counts().unsent, 120); /* the outbox is another matter */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, replica_begin, replica_end)
    static const struct CMUnitTest tests[] = {
        TEST(holds_an_edit_once),
        TEST(empties_of_what_its_author_said_again_and_keeps_what_a_colleague_said),
        TEST(lets_go_of_what_a_record_shows_as_admitted),
        TEST(keeps_the_newest_hundred_of_a_key),
    };

    return RUN_UNIT("tray", tests);
}
