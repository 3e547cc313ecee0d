#include "server/ledger/restoring.h"

#include <stdlib.h>

#include "common/base/fault.h"
#include "common/base/file.h"
#include "tests/support/folder.h"

static const struct restored restored = { 1795000000000, { 70, { 1, 2 } }, { 90, { 3, 4 } } };
static struct restoring *restoring;

static struct restoring_install install_of(char digit, bool central)
{
    struct restoring_install install = { .person = "p0000000000000001", .central = central };

    memset(install.install, digit, sizeof install.install - 1);
    snprintf(install.area, sizeof install.area, "%s", central ? "" : "GM0200");
    return install;
}

static int begin(void **state)
{
    struct restoring_install installs[] = { install_of('a', true), install_of('b', true), install_of('c', false) };

    return folder_make(state) == 0 && restoring_begin(folder, &restored, installs, 3) == 0
               ? restoring_open(&restoring, folder)
               : -1;
}

static int end(void **state)
{
    restoring = restoring_close(restoring);
    return folder_remove(state);
}

static void note(char digit)
{
    struct restoring_install install = install_of(digit, digit < 'c');

    assert_int_equal(restoring_note_synced(restoring, &install, 5), 0);
}

/* What the file says of the one at `index`, read by somebody else. */
static struct restoring_install read_at(size_t index, size_t expected_count)
{
    CLEANUP(restoring_close) struct restoring *other = NULL;
    CLEANUP(memory_free) struct restoring_install *installs = NULL;
    struct restored found;
    size_t count;
    bool held;

    assert_int_equal(restoring_open(&other, folder), 0);
    assert_int_equal(restoring_read(other, &found, &held, &installs, &count), 0);
    assert_memory_equal(&found, &restored, sizeof found);
    assert_int_equal(count, expected_count);
    assert_int_equal(held, restoring_holds(restoring));
    return installs[index];
}

static void holds_until_every_central_install_has_synced_or_is_struck_off(void **state)
{
    (void)state;
    assert_true(restoring_holds(restoring));
    note('a');
    note('c'); /* not central: nothing waits for it */
    note('a');
    assert_true(restoring_holds(restoring));
    assert_int_equal(read_at(0, 3).state, RESTORING_SYNCED);
    assert_int_equal(read_at(2, 3).state, RESTORING_SYNCED);
    assert_string_equal(read_at(2, 3).area, "GM0200");
    assert_int_equal(restoring_strike(restoring, "nobody", 6), RESTORING_UNKNOWN);
    assert_int_equal(restoring_strike(restoring, install_of('b', true).install, 6), 0);
    assert_false(restoring_holds(restoring));
    assert_int_equal(read_at(1, 3).state, RESTORING_STRUCK);
    note('b'); /* it came after all */
    assert_int_equal(read_at(1, 3).state, RESTORING_SYNCED);
}

static void an_operator_beside_the_server_opens_it(void **state)
{
    CLEANUP(restoring_close) struct restoring *keeper = NULL;

    (void)state;
    assert_true(restoring_holds(restoring));
    assert_int_equal(restoring_open(&keeper, folder), 0);
    assert_int_equal(restoring_end(keeper), 0);
    assert_false(restoring_holds(restoring));
}

static void one_that_the_backup_did_not_know_is_added(void **state)
{
    (void)state;
    note('d');
    assert_int_equal(read_at(3, 4).state, RESTORING_SYNCED);
    assert_int_equal(read_at(3, 4).time_ms, 5);
}

static void a_server_that_was_never_restored_holds_nothing(void **state)
{
    CLEANUP(memory_free) struct restoring_install *installs = NULL;
    struct restored found;
    size_t count;
    bool held;

    (void)state;
    assert_int_equal(file_remove(folder, "restoring"), 0);
    assert_false(restoring_holds(restoring));
    note('a');
    assert_false(file_exists(folder, "restoring"));
    assert_int_equal(restoring_end(restoring), RESTORING_NONE);
    assert_int_equal(restoring_read(restoring, &found, &held, &installs, &count), RESTORING_NONE);
}

static void a_damaged_file_holds_and_is_said(void **state)
{
    static char text[4096];
    struct restoring_install install = install_of('a', true);
    size_t size;

    (void)state;
    assert_int_equal(file_load(folder, "restoring", text, sizeof text, &size), 0);
    for (size_t i = 0; i < size; i += 7) {
        struct restoring_install *installs = NULL;
        struct restored found;
        size_t count;
        bool held;

        text[i] = (char)~text[i];
        assert_int_equal(file_replace(folder, "restoring", bytes_of(text, size)), 0);
        assert_int_equal(restoring_read(restoring, &found, &held, &installs, &count), -FAULT_CORRUPT);
        text[i] = (char)~text[i];
    }
    assert_int_equal(file_replace(folder, "restoring", bytes_of(text, size - 1)), 0);
    assert_true(restoring_holds(restoring));
    assert_int_equal(restoring_note_synced(restoring, &install, 5), -FAULT_CORRUPT);
}

static void is_begun_once(void **state)
{
    (void)state;
    assert_int_equal(restoring_begin(folder, &restored, NULL, 0), -FAULT_STATE);
}

#define RESTORING(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        RESTORING(holds_until_every_central_install_has_synced_or_is_struck_off),
        RESTORING(an_operator_beside_the_server_opens_it),
        RESTORING(one_that_the_backup_did_not_know_is_added),
        RESTORING(a_server_that_was_never_restored_holds_nothing),
        RESTORING(a_damaged_file_holds_and_is_said),
        RESTORING(is_begun_once),
    };

    return RUN_UNIT("server.ledger.restoring", tests);
}
