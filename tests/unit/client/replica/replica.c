/*
 * replica.c: the replica promises that saved is saved, and names what an author saw.
 */
#include "client/replica/exchange.h"

#include "common/base/fault.h"
#include "common/wire/limits.h"
#include "tests/unit/client/one_replica.h"

static void write_value(const char *key, const char *value, const struct heads *seen, uint8_t *id)
{
    const struct draft draft = { .dossier = "GM0200",
                                 .key = key,
                                 .value = bytes_of(value, value ? strlen(value) : 0),
                                 .author = "p0000000000000001",
                                 .seen = seen };

    assert_int_equal(replica_write(replica, &draft, 1, id), 0);
}

static Ci__Edit *word(const char *key, bool *unsent)
{
    Ci__Edit *edit = NULL;

    assert_int_equal(replica_word(replica, arena, "GM0200", key, &edit, unsent), 0);
    return edit;
}

static void keeps_what_was_saved_when_it_is_opened_again(void **state)
{
    bool unsent = false;

    (void)state;
    write_value("answer/2026/S1.1", "three", NULL, NULL);
    replica = replica_close(replica);
    assert_int_equal(replica_open(&replica, folder, &clock_system), 0);
    assert_memory_equal(word("answer/2026/S1.1", &unsent)->value.data, "three", 5);
    assert_true(unsent);
}

static void bases_an_edit_on_what_this_home_said_last(void **state)
{
    uint8_t first[ID_BYTES], digest[DIGEST_BYTES];

    (void)state;
    write_value("answer/2026/S1.1", "one", NULL, first);
    assert_int_equal(word("answer/2026/S1.1", NULL)->base_edit.len, 0);
    write_value("answer/2026/S1.1", "two", NULL, NULL);
    const Ci__Edit *second = word("answer/2026/S1.1", NULL);

    digest_bytes(digest, "one", 3);
    assert_memory_equal(second->base_edit.data, first, ID_BYTES);
    assert_memory_equal(second->base_digest.data, digest, DIGEST_BYTES);
    assert_int_equal(second->n_seen, 1);
    assert_memory_equal(second->seen[0].data, first, ID_BYTES);
}

static void prefers_its_own_head_to_what_stands(void **state)
{
    uint8_t own[ID_BYTES], other[ID_BYTES];

    (void)state;
    write_value("answer/2026/S1.1", "mine", NULL, own);
    push_all();
    Ci__Edit standing = fake_edit(other, 7, "GM0200", "answer/2026/S1.1", "theirs");
    Ci__Edit rival = fake_edit(own, own[0], "GM0200", "answer/2026/S1.1", "mine");
    uint8_t kept[ID_BYTES];

    memcpy(kept, server.edits[0], ID_BYTES);
    rival.id.data = kept;
    fake_put(&server, &standing, &rival);
    pull_all();
    struct heads heads;

    assert_int_equal(replica_heads(replica, arena, "GM0200", "answer/2026/S1.1", &heads), 0);
    assert_int_equal(heads.count, 2);
    assert_false(heads.chosen);
    assert_memory_equal(word("answer/2026/S1.1", NULL)->id.data, kept, ID_BYTES);

    write_value("answer/2026/S1.1", "both", &heads, NULL);
    assert_int_equal(word("answer/2026/S1.1", NULL)->n_seen, 2); /* its own, and the standing one that it resolves */
    assert_int_equal(replica_heads(replica, arena, "GM0200", "answer/2026/S1.1", &heads), 0);
    assert_true(heads.chosen);
}

static void takes_what_stands_where_it_said_nothing(void **state)
{
    uint8_t other[ID_BYTES];
    Ci__Edit standing = fake_edit(other, 7, "GM0200", "answer/2026/S1.1", "theirs");
    bool unsent = true;

    (void)state;
    fake_put(&server, &standing, NULL);
    pull_all();
    assert_memory_equal(word("answer/2026/S1.1", &unsent)->value.data, "theirs", 6);
    assert_false(unsent);
}

static void saves_all_drafts_or_none(void **state)
{
    static char large[49 * 1024];
    const struct draft drafts[] = {
        { .dossier = "GM0200", .key = "answer/2026/S1.1", .value = bytes_of("x", 1), .author = "p0000000000000001" },
        { .dossier = "GM0200",
          .key = "answer/2026/S1.2",
          .value = bytes_of(large, sizeof large),
          .author = "p0000000000000001" },
    };
    struct replica_counts counts;

    (void)state;
    assert_int_equal(replica_write(replica, drafts, 2, NULL), -FAULT_INVALID);
    assert_int_equal(replica_counts(replica, &counts), 0);
    assert_int_equal(counts.unsent, 0);
}

static char walked[256];

static int walk(void *context, const char *key)
{
    (void)context;
    snprintf(walked + strlen(walked), sizeof walked - strlen(walked), "%s ", key);
    return 0;
}

static void walks_stored_and_unsent_keys_once_and_in_order(void **state)
{
    (void)state;
    walked[0] = '\0';
    write_value("answer/2026/S1.2", "x", NULL, NULL);
    write_value("answer/2026/S1.1", "x", NULL, NULL);
    push_all();
    write_value("answer/2026/S1.1", "y", NULL, NULL);
    write_value("answer/2026/S1.1", "z", NULL, NULL);
    write_value("answer/2026/S1.10", "x", NULL, NULL);
    write_value("answer/2027/S1.1", "x", NULL, NULL);
    assert_int_equal(replica_each(replica, "GM0200", "answer/2026/", walk, NULL), 0);
    assert_string_equal(walked, "answer/2026/S1.1 answer/2026/S1.10 answer/2026/S1.2 ");
}

static void knows_no_round_of_a_name_that_cannot_be(void **state)
{
    Ci__Round *round = NULL;

    (void)state;
    assert_int_equal(replica_round(replica, arena, "no such/round at all", &round), REPLICA_NONE);
    assert_int_equal(replica_round(replica, arena, "2026", &round), REPLICA_NONE);
}

static void keeps_the_newest_figures(void **state)
{
    Ci__Benchmark benchmark = CI__BENCHMARK__INIT, *found = NULL;

    (void)state;
    benchmark.round = (char *)(uintptr_t) "2026";
    benchmark.as_of_ms = 1;
    assert_int_equal(replica_figures(replica, arena, "2026", CI__BASIS__LIVE, &found), REPLICA_NONE);
    assert_int_equal(replica_figures_store(replica, &benchmark), 0);
    benchmark.as_of_ms = 2;
    assert_int_equal(replica_figures_store(replica, &benchmark), 0);
    assert_int_equal(replica_figures(replica, arena, "2026", CI__BASIS__LIVE, &found), 0);
    assert_int_equal(found->as_of_ms, 2);
    assert_int_equal(replica_figures(replica, arena, "2026", CI__BASIS__ADOPTED, &found), REPLICA_NONE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, replica_begin, replica_end)
    static const struct CMUnitTest tests[] = {
        TEST(keeps_what_was_saved_when_it_is_opened_again),
        TEST(bases_an_edit_on_what_this_home_said_last),
        TEST(prefers_its_own_head_to_what_stands),
        TEST(takes_what_stands_where_it_said_nothing),
        TEST(saves_all_drafts_or_none),
        TEST(walks_stored_and_unsent_keys_once_and_in_order),
        TEST(knows_no_round_of_a_name_that_cannot_be),
        TEST(keeps_the_newest_figures),
    };

    return RUN_UNIT("replica", tests);
}
