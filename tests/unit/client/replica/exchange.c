/*
 * exchange.c: what the server says is stored whole, and never costs this home its own unsent work.
 */
#include "client/replica/exchange.h"

#include "common/base/fault.h"
#include "common/wire/limits.h"
#include "tests/unit/client/one_replica.h"

static bool holds(const char *key)
{
    Ci__Record *record = NULL;

    return replica_record(replica, arena, "GM0200", key, &record) == 0;
}

static int count_attention(void *context, uint64_t number, const Ci__Edit *edit, const Ci__Error *error)
{
    unsigned *found = context;

    assert_true(strcmp(edit->key, "answer/2026/bad") == 0 || strcmp(edit->key, "answer/2026/late") == 0);
    assert_non_null(error->text);
    assert_true(number > 0);
    ++*found;
    return 0;
}

static void keeps_refused_and_late_edits_where_their_author_sees_them(void **state)
{
    unsigned found = 0;

    (void)state;
    write_key("answer/2026/bad");
    write_key("answer/2026/S1.1");
    write_key("answer/2026/late");
    Ci__Push push = next_push();

    assert_int_equal(exchange_pushed(replica, arena, &push, fake_push(&server, &push, arena)), 0);
    assert_int_equal(counts().unsent, 0);
    assert_int_equal(counts().received, 2);
    assert_int_equal(counts().attention, 2);
    assert_int_equal(replica_each_attention(replica, arena, count_attention, &found), 0);
    assert_int_equal(found, 2);
}

static void says_hello_with_a_large_outbox(void **state)
{
    enum { EDITS = 200, HELLO_ARENA = 1024 * 1024 };
    static const char large[40 * 1024];
    CLEANUP(arena_free) struct arena *small = NULL;
    Ci__Hello hello = CI__HELLO__INIT;
    const struct draft draft = { .dossier = "GM0200",
                                 .key = "answer/2026/S1.1",
                                 .value = bytes_of(large, sizeof large),
                                 .author = "p0000000000000001" };

    (void)state;
    for (size_t i = 0; i < EDITS; i++)
        assert_int_equal(replica_write(replica, &draft, 1, NULL), 0);
    assert_int_equal(arena_new(&small, HELLO_ARENA), 0);
    assert_int_equal(exchange_hello(replica, small, &hello), 0);
    assert_int_equal(hello.n_sent, EDITS);
    assert_int_equal(hello.sent[0]->edit.len, ID_BYTES);
    assert_memory_not_equal(hello.sent[0]->edit.data, hello.sent[1]->edit.data, ID_BYTES);
}

static void drops_nothing_when_the_answer_does_not_fit(void **state)
{
    (void)state;
    write_key("answer/2026/S1.1");
    write_key("answer/2026/S1.2");
    Ci__Push push = next_push();
    Ci__PushReply *reply = fake_push(&server, &push, arena);

    reply->n_results = 1;
    assert_int_equal(exchange_pushed(replica, arena, &push, reply), -FAULT_INVALID);
    assert_int_equal(counts().unsent, 2);
}

static void takes_no_record_that_nobody_pushed(void **state)
{
    static const char *const others[][2] = { { "GM0200", "answer/2026/S1.2" }, { "GM0201", "answer/2026/S1.1" } };
    uint8_t id[ID_BYTES];

    (void)state;
    write_key("answer/2026/S1.1");
    Ci__Push push = next_push();

    for (size_t i = 0; i < 2; i++) {
        Ci__PushReply *reply = fake_push(&server, &push, arena);
        Ci__Edit edit = fake_edit(id, 1, others[i][0], others[i][1], "theirs");

        fake_put(&server, &edit, NULL);
        reply->records[0] = fake_sealed(fake_find(&server, others[i][0], others[i][1]), arena);
        assert_int_equal(exchange_pushed(replica, arena, &push, reply), -FAULT_INVALID);
        assert_int_equal(counts().unsent, 1);
        assert_int_equal(counts().received, 0);
    }
    assert_int_equal(exchange_pushed(replica, arena, &push, fake_push(&server, &push, arena)), 0);
    assert_int_equal(counts().received, 1);
}

static void keeps_what_was_written_while_a_push_was_under_way(void **state)
{
    bool unsent = false;
    Ci__Edit *edit = NULL;

    (void)state;
    write_key("answer/2026/S1.1");
    Ci__Push push = next_push();

    write_key("answer/2026/S1.1");
    assert_int_equal(exchange_pushed(replica, arena, &push, fake_push(&server, &push, arena)), 0);
    assert_int_equal(counts().unsent, 1);
    assert_int_equal(replica_word(replica, arena, "GM0200", "answer/2026/S1.1", &edit, &unsent), 0);
    assert_true(unsent);
}

static void clears_what_a_snapshot_no_longer_holds_but_nothing_unsent(void **state)
{
    (void)state;
    put_other(1, "answer/2026/S1.1");
    put_other(2, "answer/2026/S1.2");
    put_other(3, "answer/2026/S1.3");
    pull_all();
    assert_true(holds("answer/2026/S1.2"));
    write_key("answer/2026/S1.2");
    memmove(&server.records[1], &server.records[2], sizeof server.records[0]);
    server.record_count--;
    assert_int_equal(exchange_forget_cursor(replica, "GM0200"), 0);
    while (!pull_page())
        assert_true(holds("answer/2026/S1.2")); /* until the snapshot is complete */
    assert_false(holds("answer/2026/S1.2"));
    assert_true(holds("answer/2026/S1.1"));
    assert_true(holds("answer/2026/S1.3"));
    assert_int_equal(counts().unsent, 1);
}

static void forgets_a_snapshot_that_was_begun_anew(void **state)
{
    (void)state;
    put_other(1, "answer/2026/S1.1");
    put_other(2, "answer/2026/S1.2");
    put_other(3, "answer/2026/S1.3");
    assert_false(pull_page()); /* S1.1 and S1.2 were noted as seen … */
    memmove(&server.records[1], &server.records[2], sizeof server.records[0]);
    server.record_count--;
    assert_int_equal(exchange_forget_cursor(replica, "GM0200"), 0);
    pull_all();
    assert_false(holds("answer/2026/S1.2")); /* … which says nothing about the snapshot that came after */
    assert_true(holds("answer/2026/S1.1"));
    assert_true(holds("answer/2026/S1.3"));
}

static void stores_nothing_of_a_page_that_holds_another_dossier(void **state)
{
    uint8_t id[ID_BYTES];
    Ci__Edit edit = fake_edit(id, 1, "GM0308", "answer/2026/S1.1", "secret");
    Ci__Pull pull = CI__PULL__INIT;

    (void)state;
    put_other(2, "answer/2026/S1.2");
    fake_put(&server, &edit, NULL);
    pull.dossier = (char *)(uintptr_t) "GM0200";
    Ci__PullReply *page = fake_pull(&server, &pull, arena);

    page->items[page->n_items] = fake_take(arena, sizeof(Ci__FeedItem));
    ci__feed_item__init(page->items[page->n_items]);
    page->items[page->n_items++]->record = fake_sealed(fake_find(&server, "GM0308", "answer/2026/S1.1"), arena);
    assert_int_equal(exchange_pulled(replica, arena, "GM0200", page), -FAULT_INVALID);
    assert_false(holds("answer/2026/S1.2"));
}

static void numbers_what_is_unsent_from_one_under_a_new_incarnation(void **state)
{
    Ci__Hello before = CI__HELLO__INIT, after = CI__HELLO__INIT;

    (void)state;
    write_key("answer/2026/S1.1");
    Ci__Push push = next_push();

    assert_int_equal(exchange_pushed(replica, arena, &push, fake_push(&server, &push, arena)), 0);
    write_key("answer/2026/S1.2");
    write_key("answer/2026/S1.3");
    assert_int_equal(exchange_hello(replica, arena, &before), 0);
    assert_int_equal(exchange_reincarnate(replica), 0);
    assert_int_equal(exchange_hello(replica, arena, &after), 0);
    assert_memory_not_equal(before.incarnation.data, after.incarnation.data, ID_BYTES);
    assert_int_equal(before.last_number, 3);
    assert_int_equal(after.last_number, 2);
    assert_int_equal(after.n_sent, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(after.sent[i]->number, i + 1);
        assert_memory_equal(after.sent[i]->edit.data, before.sent[i]->edit.data, ID_BYTES); /* ids stay */
    }
}

static void names_the_places_of_records_until_a_pull_completes(void **state)
{
    Ci__Hello hello = CI__HELLO__INIT, later = CI__HELLO__INIT;

    (void)state;
    put_other(1, "answer/2026/S1.1");
    put_other(2, "answer/2026/S1.2");
    put_other(3, "answer/2026/S1.3");
    assert_false(pull_page());
    assert_int_equal(exchange_hello(replica, arena, &hello), 0);
    assert_int_equal(hello.n_dossiers, 1);
    assert_int_equal(hello.dossiers[0]->n_marked, 2);
    assert_string_equal(hello.dossiers[0]->marked[0]->key, "answer/2026/S1.1");
    assert_true(pull_page());
    assert_int_equal(exchange_hello(replica, arena, &later), 0);
    assert_int_equal(later.dossiers[0]->n_marked, 0);
}

static void counts_an_edit_as_backed_up_once_the_backup_reaches_it(void **state)
{
    (void)state;
    write_key("answer/2026/S1.1");
    Ci__Push push = next_push();

    assert_int_equal(exchange_pushed(replica, arena, &push, fake_push(&server, &push, arena)), 0);
    assert_int_equal(counts().backed_up, 0);
    assert_int_equal(exchange_complete(replica, 1, true), 0);
    assert_int_equal(exchange_note_journal(replica, 10, 9, false), 0);
    assert_int_equal(counts().backed_up, 0);
    assert_int_equal(exchange_note_journal(replica, 12, 10, false), 0);
    assert_int_equal(counts().backed_up, 1);
}

static void parks_a_record_that_the_server_will_not_have_back(void **state)
{
    char *keys[] = { (char *)(uintptr_t) "answer/2026/S1.1", (char *)(uintptr_t) "answer/2026/S1.2" };
    Ci__Heal heal = CI__HEAL__INIT, places = CI__HEAL__INIT;
    Ci__HealReply reply = CI__HEAL_REPLY__INIT;
    Ci__HealResult taken = CI__HEAL_RESULT__INIT, refused = CI__HEAL_RESULT__INIT;
    Ci__HealResult *results[] = { &taken, &refused };
    size_t looked = 0;

    (void)state;
    put_other(1, keys[0]);
    put_other(2, keys[1]);
    pull_all();
    assert_int_equal(exchange_places(replica, arena, "GM0200", "", &places), 0);
    assert_int_equal(places.n_places, 2);
    places.n_places = 0;
    assert_int_equal(exchange_places(replica, arena, "GM0200", keys[1], &places), REPLICA_NONE);
    heal.dossier = (char *)(uintptr_t) "GM0200";
    assert_int_equal(exchange_offer(replica, arena, keys, 2, HEAL_HEADS_MAX, &looked, &heal), 0);
    assert_int_equal(heal.n_records, 2);
    refused.outcome = CI__HEAL_RESULT__OUTCOME__REFUSED;
    refused.error = error_new(arena, ERROR_BAD_SEAL, NULL, NULL);
    reply.results = results;
    reply.n_results = 2;
    assert_int_equal(exchange_healed(replica, arena, &heal, &reply), 0);
    assert_true(holds(keys[0]));
    assert_false(holds(keys[1]));
    assert_int_equal(counts().attention, 1);
    put_other(2, keys[1]); /* what the server has takes its place, and stays where the same answer comes again */
    pull_all();
    assert_int_equal(exchange_healed(replica, arena, &heal, &reply), 0);
    assert_true(holds(keys[1]));
}

static void an_answer_that_is_taken_in_again_changes_nothing(void **state)
{
    Ci__Record *record = NULL;

    (void)state;
    write_key("answer/2026/S1.1");
    write_key("answer/2026/bad");
    Ci__Push push = next_push();
    Ci__PushReply *reply = fake_push(&server, &push, arena);

    for (size_t i = 0; i < reply->n_records; i++) /* the fake's own changes with the record */
        reply->records[i]->record.data =
            arena_copy(arena, reply->records[i]->record.data, reply->records[i]->record.len);
    assert_int_equal(exchange_pushed(replica, arena, &push, reply), 0);
    put_other(7, "answer/2026/S1.1");
    pull_all();
    for (int times = 0; times < 2; times++) {
        assert_int_equal(replica_record(replica, arena, "GM0200", "answer/2026/S1.1", &record), 0);
        assert_int_equal(record->place->position, 2);
        assert_int_equal(counts().attention, 1);
        assert_int_equal(exchange_pushed(replica, arena, &push, reply), 0);
    }
}

/* The record did not fit the answer, and the sync was cut before the pull that brings it. */
static void knows_its_own_word_before_its_record_comes(void **state)
{
    bool unsent = true;
    const Ci__Edit *first;
    Ci__Edit *word = NULL;

    (void)state;
    put_other(7, "answer/2026/S1.1");
    pull_all();
    first = push_without_record("answer/2026/S1.1");
    assert_int_equal(replica_word(replica, arena, "GM0200", "answer/2026/S1.1", &word, &unsent), 0);
    assert_false(unsent);
    assert_memory_equal(word->id.data, first->id.data, ID_BYTES);
    write_key("answer/2026/S1.1");
    Ci__Push push = next_push();

    assert_memory_equal(push.edits[0]->edit->base_edit.data, first->id.data, ID_BYTES);
    assert_int_equal(push.edits[0]->edit->n_seen, 1);
    push_all();
    put_other(8, "answer/2026/S1.1");
    pull_all();
    assert_int_equal(replica_word(replica, arena, "GM0200", "answer/2026/S1.1", &word, &unsent), 0);
    assert_int_equal(word->id.data[0], 8); /* from then on it is the record that tells */
}

/* Somebody wrote over it, so often that the record tells of it no more. */
static void waits_for_a_record_no_longer_than_a_whole_pull(void **state)
{
    Ci__Edit *word = NULL;

    (void)state;
    push_without_record("answer/2026/S1.1");
    put_other(8, "answer/2026/S1.1");
    pull_all();
    assert_int_equal(replica_word(replica, arena, "GM0200", "answer/2026/S1.1", &word, NULL), 0);
    assert_int_equal(word->id.data[0], 8);
}

static int count_key(void *context, const char *key)
{
    assert_string_equal(key, "answer/2026/S1.1");
    ++*(unsigned *)context;
    return 0;
}

static void lists_a_key_before_its_record_comes(void **state)
{
    unsigned count = 0;

    (void)state;
    push_without_record("answer/2026/S1.1");
    assert_int_equal(replica_each(replica, "GM0200", "answer/", count_key, &count), 0);
    assert_int_equal(count, 1);
    write_key("answer/2026/S1.1");
    assert_int_equal(replica_each(replica, "GM0200", "answer/", count_key, &count), 0);
    assert_int_equal(count, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, replica_begin, replica_end)
    static const struct CMUnitTest tests[] = {
        TEST(an_answer_that_is_taken_in_again_changes_nothing),
        TEST(keeps_refused_and_late_edits_where_their_author_sees_them),
        TEST(says_hello_with_a_large_outbox),
        TEST(drops_nothing_when_the_answer_does_not_fit),
        TEST(takes_no_record_that_nobody_pushed),
        TEST(keeps_what_was_written_while_a_push_was_under_way),
        TEST(clears_what_a_snapshot_no_longer_holds_but_nothing_unsent),
        TEST(forgets_a_snapshot_that_was_begun_anew),
        TEST(stores_nothing_of_a_page_that_holds_another_dossier),
        TEST(numbers_what_is_unsent_from_one_under_a_new_incarnation),
        TEST(names_the_places_of_records_until_a_pull_completes),
        TEST(counts_an_edit_as_backed_up_once_the_backup_reaches_it),
        TEST(parks_a_record_that_the_server_will_not_have_back),
        TEST(knows_its_own_word_before_its_record_comes),
        TEST(lists_a_key_before_its_record_comes),
        TEST(waits_for_a_record_no_longer_than_a_whole_pull),
    };

    return RUN_UNIT("exchange", tests);
}
