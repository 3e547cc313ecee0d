#include "common/base/file.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fault.h"
#include "tests/support/folder.h"

static struct bytes text(const char *words)
{
    return bytes_of(words, strlen(words));
}

static void expect_content(const char *name, const char *words)
{
    char found[64];
    size_t size;

    assert_int_equal(file_load(folder, name, found, sizeof found, &size), 0);
    assert_true(bytes_equal(bytes_of(found, size), text(words)));
}

static void replaces_a_file_whole_for_its_owner_alone(void **state)
{
    struct stat status;
    (void)state;

    assert_int_equal(file_replace(folder, "f", text("a long first text")), 0);
    assert_int_equal(file_replace(folder, "f", text("short")), 0);
    expect_content("f", "short");
    assert_int_equal(stat(in_folder("f"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_not_equal(access(in_folder("f.new"), F_OK), 0);
}

static void reads_what_fits_and_refuses_more(void **state)
{
    char found[5];
    size_t size = 77;
    (void)state;

    assert_int_equal(file_load(folder, "f", found, sizeof found, &size), FILE_NONE);
    assert_int_equal(file_replace(folder, "f", text("exact")), 0);
    assert_int_equal(file_load(folder, "f", found, sizeof found, &size), 0);
    assert_int_equal(size, 5);
    assert_int_equal(file_replace(folder, "f", text("exact.")), 0);
    size = 77;
    assert_int_equal(file_load(folder, "f", found, sizeof found, &size), -FAULT_CORRUPT);
    assert_non_null(strstr(fault_message(), in_folder("f")));
    assert_int_equal(size, 77);
}

/* A limit on the file's size stands for a disk that runs full halfway. */
static void leaves_the_old_one_where_the_new_one_does_not_fit(void **state)
{
    static const char large[4096];
    struct rlimit limit, small;
    (void)state;

    assert_int_equal(file_replace(folder, "f", text("old")), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = (struct rlimit){ 1000, limit.rlim_max };
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int result = file_replace(folder, "f", bytes_of(large, sizeof large));

    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(result, -FAULT_FULL);
    assert_non_null(strstr(fault_message(), "make room"));
    expect_content("f", "old");
    assert_int_not_equal(access(in_folder("f.new"), F_OK), 0);
}

static void says_where_it_failed(void **state)
{
    char found[8];
    size_t size;
    (void)state;

    assert_int_equal(file_replace(in_folder("none"), "f", text("x")), -FAULT_IO);
    assert_non_null(strstr(fault_message(), in_folder("none/f.new")));
    assert_int_equal(mkdir(in_folder("d"), 0700), 0);
    assert_int_equal(file_load(folder, "d", found, sizeof found, &size), -FAULT_IO);
    assert_non_null(strstr(fault_message(), in_folder("d")));
}

static void renames_and_removes_what_is_there(void **state)
{
    (void)state;

    assert_int_equal(file_rename(folder, "a", "b"), 0);
    assert_int_equal(file_remove(folder, "b"), 0);
    assert_int_equal(file_replace(folder, "a", text("a")), 0);
    assert_int_equal(file_rename(folder, "a", "b"), 0);
    expect_content("b", "a");
    assert_true(file_exists(folder, "b"));
    assert_int_equal(file_remove(folder, "b"), 0);
    assert_false(file_exists(folder, "b"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)
    static const struct CMUnitTest tests[] = {
        TEST(replaces_a_file_whole_for_its_owner_alone),
        TEST(reads_what_fits_and_refuses_more),
        TEST(leaves_the_old_one_where_the_new_one_does_not_fit),
        TEST(says_where_it_failed),
        TEST(renames_and_removes_what_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
