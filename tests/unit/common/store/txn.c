#include "common/store/txn.h"

#include <string.h>

#include "common/base/fault.h"
#include "tests/support/folder.h"

static struct store *store;
static struct txn txn;

static int begin(void **state)
{
    static const char *const tables[] = { "one", "two" };
    struct store_options options = { .map_bytes = 1 << 20, .tables = tables, .table_count = 2 };

    if (folder_make(state) != 0)
        return -1;
    options.path = folder;
    return store_open(&store, &options) == 0 ? txn_begin_write(&txn, store) : -1;
}

static int end(void **state)
{
    txn_end(&txn);
    store = store_close(store);
    return folder_remove(state);
}

static struct bytes text(const char *words)
{
    return bytes_of(words, strlen(words));
}

static void put_all(const char *const *keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        txn_put(&txn, 0, text(keys[i]), text(keys[i]));
    assert_int_equal(txn.fault, 0);
}

static void tells_nothing_from_empty(void **state)
{
    (void)state;
    txn_put(&txn, 0, text("empty"), bytes_of(NULL, 0));
    assert_null(txn_get(&txn, 0, text("missing")).data);
    assert_non_null(txn_get(&txn, 0, text("empty")).data);
    assert_int_equal(txn_get(&txn, 0, text("empty")).size, 0);
    assert_null(txn_get(&txn, 1, text("empty")).data);
}

static void writes_deletes_and_counts(void **state)
{
    (void)state;
    memcpy(txn_reserve(&txn, 0, text("a"), 3), "abc", 3);
    txn_append(&txn, 0, text("b"), text("1"));
    txn_delete(&txn, 0, text("never there"));
    assert_int_equal(txn_count(&txn, 0), 2);
    assert_true(bytes_equal(txn_get(&txn, 0, text("a")), text("abc")));
    txn_delete(&txn, 0, text("a"));
    assert_int_equal(txn_count(&txn, 0), 1);
    assert_int_equal(txn_commit(&txn), 0);
}

static void keeps_its_first_fault_and_writes_nothing(void **state)
{
    struct txn_cursor cursor;
    struct bytes key, value;
    (void)state;

    txn_put(&txn, 0, text("good"), text("1"));
    txn_put(&txn, 0, text(""), text("a key of no bytes"));
    assert_int_equal(txn.fault, -FAULT_INVALID);
    txn_put(&txn, 0, text("after"), text("1"));
    assert_null(txn_get(&txn, 0, text("good")).data);
    assert_null(txn_reserve(&txn, 0, text("r"), 1));
    assert_int_equal(txn_count(&txn, 0), 0);
    txn_cursor_open(&cursor, &txn, 0, text(""), text(""));
    assert_false(txn_cursor_next(&cursor));
    txn_cursor_close(&cursor);
    assert_false(txn_last(&txn, 0, text(""), &key, &value));
    assert_int_equal(txn_commit(&txn), -FAULT_INVALID);
    txn_end(&txn);

    assert_int_equal(txn_begin_read(&txn, store), 0);
    assert_int_equal(txn_count(&txn, 0), 0);
}

static void refuses_to_append_out_of_order(void **state)
{
    (void)state;
    txn_append(&txn, 0, text("b"), text(""));
    txn_append(&txn, 0, text("a"), text(""));
    assert_int_equal(txn_commit(&txn), -FAULT_CORRUPT);
}

static void says_that_it_is_full_and_goes_on(void **state)
{
    char value[4000] = "";
    (void)state;

    for (unsigned i = 0; i < 1000; i++)
        txn_put(&txn, 0, bytes_of(&i, sizeof i), bytes_of(value, sizeof value));
    assert_int_equal(txn_commit(&txn), -FAULT_FULL);
    assert_non_null(strstr(fault_message(), "is full"));

    assert_int_equal(txn_begin_write(&txn, store), 0);
    txn_put(&txn, 0, text("small"), text("1"));
    assert_int_equal(txn_commit(&txn), 0);
}

static void expect_walk(const char *prefix, const char *from, const char *expected)
{
    char seen[64] = "";
    struct txn_cursor cursor;

    txn_cursor_open(&cursor, &txn, 0, text(prefix), text(from));
    while (txn_cursor_next(&cursor)) {
        strncat(seen, cursor.key.data, cursor.key.size);
        strcat(seen, " ");
        assert_true(bytes_equal(cursor.key, cursor.value));
    }
    txn_cursor_close(&cursor);
    assert_string_equal(seen, expected);
}

static void walks_one_prefix_from_where_it_is_told(void **state)
{
    static const char *const keys[] = { "a1", "b1", "b2", "b3", "c1" };
    (void)state;

    put_all(keys, 5);
    expect_walk("b", "", "b1 b2 b3 ");
    expect_walk("b", "b2", "b2 b3 ");
    expect_walk("b", "b21", "b3 ");
    expect_walk("b", "a", "b1 b2 b3 ");
    expect_walk("b", "c", "");
    expect_walk("", "", "a1 b1 b2 b3 c1 ");
    expect_walk("d", "", "");
}

static void may_delete_what_it_stands_on(void **state)
{
    struct txn_cursor cursor;
    unsigned seen = 0;
    (void)state;

    for (unsigned i = 0; i < 500; i++) {
        char key[8];
        snprintf(key, sizeof key, "%03u", i);
        txn_put(&txn, 0, text(key), text("some value"));
    }
    txn_cursor_open(&cursor, &txn, 0, text(""), text(""));
    while (txn_cursor_next(&cursor)) {
        char key[4] = "";
        memcpy(key, cursor.key.data, 3);
        assert_int_equal(atoi(key), seen++);
        txn_delete(&txn, 0, text(key));
    }
    txn_cursor_close(&cursor);
    assert_int_equal(seen, 500);
    assert_int_equal(txn_count(&txn, 0), 0);
}

static void finds_the_last_of_a_prefix(void **state)
{
    static const char *const keys[] = { "a1", "b1", "b3", "c\xff", "c\xff\xff", "\xff\xff" };
    static const char *const cases[][2] = {
        { "a", "a1" },          { "b", "b3" },      { "b1", "b1" }, { "c\xff", "c\xff\xff" },
        { "\xff", "\xff\xff" }, { "", "\xff\xff" },
    };
    struct bytes key, value;
    (void)state;

    assert_false(txn_last(&txn, 0, text(""), &key, &value));
    put_all(keys, 6);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(txn_last(&txn, 0, text(cases[i][0]), &key, &value));
        assert_true(bytes_equal(key, text(cases[i][1])));
        assert_true(bytes_equal(value, key));
    }
    assert_false(txn_last(&txn, 0, text("bb"), &key, &value));
    assert_false(txn_last(&txn, 0, text("d"), &key, &value));
    assert_false(txn_last(&txn, 0, text("\xff\xff\xff"), &key, &value));
}

static void lets_a_cursor_outlive_it(void **state)
{
    struct txn_cursor cursor;
    (void)state;

    txn_cursor_open(&cursor, &txn, 0, text(""), text(""));
    assert_int_equal(txn_commit(&txn), 0);
    txn_cursor_close(&cursor);
    assert_int_equal(txn_begin_read(&txn, store), 0);
    txn_cursor_open(&cursor, &txn, 0, text(""), text(""));
    txn_end(&txn);
    txn_cursor_close(&cursor);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(tells_nothing_from_empty),
        TEST(writes_deletes_and_counts),
        TEST(keeps_its_first_fault_and_writes_nothing),
        TEST(refuses_to_append_out_of_order),
        TEST(says_that_it_is_full_and_goes_on),
        TEST(walks_one_prefix_from_where_it_is_told),
        TEST(may_delete_what_it_stands_on),
        TEST(finds_the_last_of_a_prefix),
        TEST(lets_a_cursor_outlive_it),
    };

    return RUN_UNIT("common.store.txn", tests);
}
