#include "common/store/store.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "common/base/fault.h"
#include "common/store/txn.h"
#include "tests/support/folder.h"

static const char *const tables[] = { "one", "two" };

static struct store_options options(const char *path)
{
    return (struct store_options){ .path = path, .map_bytes = 1 << 20, .tables = tables, .table_count = 2 };
}

static void write_many(struct store *store, unsigned count, size_t size)
{
    char value[4096] = "";
    struct txn txn;

    assert_int_equal(txn_begin_write(&txn, store), 0);
    for (unsigned i = 0; i < count; i++)
        txn_put(&txn, 0, bytes_of(&i, sizeof i), bytes_of(value, size));
    assert_int_equal(txn_commit(&txn), 0);
}

static void keeps_what_was_written(void **state)
{
    struct store_options opening = options(in_folder("s"));
    struct stat status;
    struct txn txn;
    (void)state;

    for (int i = 0; i < 2; i++) {
        CLEANUP(store_close) struct store *store = NULL;
        assert_int_equal(store_open(&store, &opening), 0);
        if (i == 0)
            write_many(store, 3, 10);
        assert_int_equal(store_sync(store), 0);
        assert_int_equal(txn_begin_read(&txn, store), 0);
        assert_int_equal(txn_count(&txn, 0), 3);
        assert_int_equal(txn_count(&txn, 1), 0);
        txn_end(&txn);
    }
    assert_int_equal(stat(opening.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
}

static void refuses_a_second_opening_in_one_process(void **state)
{
    struct store_options opening = options(in_folder("s"));
    CLEANUP(store_close) struct store *first = NULL;
    CLEANUP(store_close) struct store *second = NULL;
    (void)state;

    assert_int_equal(store_open(&first, &opening), 0);
    opening.path = in_folder("./s");
    assert_int_equal(store_open(&second, &opening), -FAULT_STATE);
    assert_null(second);
    write_many(first, 1, 1); /* the refusal did it no harm */

    first = store_close(first);
    assert_int_equal(store_open(&second, &opening), 0);
}

static void refuses_a_foreign_file(void **state)
{
    struct store_options opening = options(folder);
    CLEANUP(store_close) struct store *store = NULL;
    (void)state;

    FILE *file = fopen(in_folder("data.mdb"), "w");
    for (int i = 0; i < 3000; i++)
        fputs("not a store\n", file);
    fclose(file);
    assert_int_equal(store_open(&store, &opening), -FAULT_CORRUPT);
    assert_non_null(strstr(fault_message(), "data.mdb"));
}

static void refuses_a_truncated_file(void **state)
{
    struct store_options opening = options(folder);
    struct store *store = NULL;
    struct stat status;
    (void)state;

    assert_int_equal(store_open(&store, &opening), 0);
    write_many(store, 100, 1000);
    store = store_close(store);
    assert_int_equal(stat(in_folder("data.mdb"), &status), 0);
    for (off_t size = status.st_size - 4096; size > 8192; size -= 4096) {
        assert_int_equal(truncate(in_folder("data.mdb"), size), 0);
        assert_int_equal(store_open(&store, &opening), -FAULT_CORRUPT);
        assert_int_equal(store_open(&store, &opening), -FAULT_CORRUPT); /* looking at it did not hide it */
    }
    assert_int_equal(truncate(in_folder("data.mdb"), 5000), 0);
    assert_true(store_open(&store, &opening) < 0);
}

static void delete_many(struct store *store, unsigned first, unsigned end)
{
    struct txn txn;

    assert_int_equal(txn_begin_write(&txn, store), 0);
    for (unsigned i = first; i < end; i++)
        txn_delete(&txn, 0, bytes_of(&i, sizeof i));
    assert_int_equal(txn_commit(&txn), 0);
}

/* A store whose last pages were taken and freed in one transaction, so that they are not in the file. */
static void make_short(const struct store_options *opening)
{
    CLEANUP(store_close) struct store *store = NULL;
    static const char large[120 * 1024]; /* more pages in a row than are free, so it is put at the end */
    const unsigned key = 100;
    struct txn txn;

    assert_int_equal(store_open(&store, opening), 0);
    write_many(store, 20, 1500);
    delete_many(store, 1, 20);
    for (int i = 0; i < 3; i++)
        write_many(store, 1, 10); /* what was freed can be taken now */
    assert_int_equal(txn_begin_write(&txn, store), 0);
    txn_put(&txn, 0, bytes_of(&key, sizeof key), bytes_of(large, sizeof large));
    txn_delete(&txn, 0, bytes_of(&key, sizeof key));
    assert_int_equal(txn_commit(&txn), 0);
}

/* Opens what make_short made; returns the size it had. */
static off_t open_short(struct store **store)
{
    struct store_options opening = options(folder);
    struct stat before, opened;

    make_short(&opening);
    assert_int_equal(stat(in_folder("data.mdb"), &before), 0);
    assert_int_equal(store_open(store, &opening), 0);
    assert_int_equal(stat(in_folder("data.mdb"), &opened), 0);
    assert_true(before.st_size < opened.st_size);
    return before.st_size;
}

static void opens_where_only_free_pages_were_never_written(void **state)
{
    CLEANUP(store_close) struct store *store = NULL;
    (void)state;

    open_short(&store);
    write_many(store, 20, 4000);
}

static void leaves_the_file_alone_while_another_process_writes(void **state)
{
    CLEANUP(store_close) struct store *store = NULL;
    struct stat during;
    struct txn txn;
    (void)state;

    off_t size = open_short(&store);
    assert_int_equal(truncate(in_folder("data.mdb"), size), 0); /* short again, as a writer may leave it */
    assert_int_equal(txn_begin_write(&txn, store), 0);
    pid_t child = fork();
    if (child == 0) {
        execl("/proc/self/exe", "store", folder, (char *)NULL);
        _exit(1);
    }
    usleep(300 * 1000);
    assert_int_equal(stat(in_folder("data.mdb"), &during), 0);
    assert_int_equal(during.st_size, size);
    txn_end(&txn);
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static void says_what_it_cannot_use(void **state)
{
    struct store_options opening = options(in_folder("missing/s"));
    CLEANUP(store_close) struct store *store = NULL;
    (void)state;

    assert_int_equal(store_open(&store, &opening), -FAULT_IO);
    opening.path = in_folder("file");
    close(open(opening.path, O_CREAT | O_WRONLY, 0600));
    assert_int_equal(store_open(&store, &opening), -FAULT_IO);
    assert_non_null(strstr(fault_message(), "must be a folder"));
    assert_int_equal(chmod(folder, 0500), 0);
    opening.path = in_folder("s");
    if (geteuid() != 0) /* root may write anywhere */
        assert_int_equal(store_open(&store, &opening), -FAULT_IO);
}

static void has_less_headroom_after_writing(void **state)
{
    struct store_options opening = options(folder);
    CLEANUP(store_close) struct store *store = NULL;
    (void)state;

    assert_int_equal(store_open(&store, &opening), 0);
    size_t before = store_headroom(store);
    assert_in_range(before, (1 << 20) - 65536, 1 << 20);
    write_many(store, 50, 4000);
    assert_in_range(store_headroom(store), 1, before - 50 * 4000);
}

static void clears_readers_of_dead_processes_when_slots_run_out(void **state)
{
    struct store_options opening = options(folder);
    CLEANUP(store_close) struct store *store = NULL;
    struct txn first, second;
    (void)state;

    opening.readers = 1;
    for (int i = 0; i < 2; i++) {
        pid_t child = fork();
        if (child == 0) {
            struct store *mine;
            _exit(store_open(&mine, &opening) == 0 && txn_begin_read(&first, mine) == 0 ? 0
                                                                                        : 1); /* and dies holding it */
        }
        int status;
        waitpid(child, &status, 0);
        assert_int_equal(status, 0);
        if (i == 0)
            continue;
        assert_int_equal(store_open(&store, &opening), 0);
        assert_int_equal(txn_begin_read(&first, store), 0);
        assert_int_equal(txn_begin_read(&second, store), -FAULT_BUSY); /* this one lives */
        txn_end(&second);
        txn_end(&first);
    }
}

/* With a folder given: another process that opens the store there. */
int main(int count, char **arguments)
{
    if (count == 2) {
        struct store_options opening = options(arguments[1]);
        CLEANUP(store_close) struct store *store = NULL;
        return store_open(&store, &opening) == 0 ? 0 : 1;
    }
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keeps_what_was_written, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(refuses_a_second_opening_in_one_process, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(refuses_a_foreign_file, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(refuses_a_truncated_file, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(opens_where_only_free_pages_were_never_written, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(leaves_the_file_alone_while_another_process_writes, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(says_what_it_cannot_use, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(has_less_headroom_after_writing, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(clears_readers_of_dead_processes_when_slots_run_out, folder_make,
                                        folder_remove),
    };

    return RUN_UNIT("common.store.store", tests);
}
