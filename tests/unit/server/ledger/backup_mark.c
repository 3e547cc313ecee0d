#include "server/ledger/backup_mark.h"

#include "common/base/fault.h"
#include "common/base/file.h"
#include "tests/support/folder.h"

static void is_read_as_it_was_written(void **state)
{
    struct backup_mark mark = { .head = { .position = 1234 }, .time_ms = 1795000000000 }, found = { 0 };

    (void)state;
    assert_int_equal(backup_mark_read(folder, &found), BACKUP_MARK_NONE);
    memset(mark.head.hash, 0xa7, DIGEST_BYTES);
    assert_int_equal(backup_mark_write(folder, &mark), 0);
    assert_int_equal(backup_mark_read(folder, &found), 0);
    assert_int_equal(found.head.position, 1234);
    assert_int_equal(found.time_ms, mark.time_ms);
    assert_memory_equal(found.head.hash, mark.head.hash, DIGEST_BYTES);
}

static void is_refused_where_a_byte_is_another(void **state)
{
    struct backup_mark mark = { .head = { .position = 7 }, .time_ms = 1 }, found;
    char text[200];
    size_t size;

    (void)state;
    assert_int_equal(backup_mark_write(folder, &mark), 0);
    assert_int_equal(file_load(folder, "backup.mark", text, sizeof text, &size), 0);
    assert_int_equal(file_replace(folder, "backup.mark", bytes_of(text, size - 1)), 0);
    assert_int_equal(backup_mark_read(folder, &found), -FAULT_CORRUPT);
    text[0] = 'B';
    assert_int_equal(file_replace(folder, "backup.mark", bytes_of(text, size)), 0);
    assert_int_equal(backup_mark_read(folder, &found), -FAULT_CORRUPT);
    assert_int_equal(file_replace(folder, "backup.mark", bytes_of("", 0)), 0);
    assert_int_equal(backup_mark_read(folder, &found), -FAULT_CORRUPT);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(is_read_as_it_was_written, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(is_refused_where_a_byte_is_another, folder_make, folder_remove),
    };

    return RUN_UNIT("server.ledger.backup_mark", tests);
}
