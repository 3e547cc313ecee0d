#include "server/backup/manifest.h"

#include "common/base/fault.h"
#include "common/base/file.h"
#include "tests/support/folder.h"

static void fill(struct manifest *manifest)
{
    static const char *const names[] = {
        "journal/00000000000000000001-00000000000000000090",
        "journal/00000000000000000091-00000000000000000093",
        "vault-00000001795494932237",
    };

    *manifest =
        (struct manifest){ .made_ms = 12, .newest_ms = 11, .head = { 93, { 1 } }, .server = { 2 }, .layout = 4 };
    for (unsigned i = 0; i < 3; i++) {
        struct manifest_file file = { .bytes = 100 + i, .digest = { (uint8_t)i } };

        snprintf(file.name, sizeof file.name, "%s", names[i]);
        assert_int_equal(manifest_add(manifest, &file), 0);
    }
}

static void is_read_as_it_was_written(void **state)
{
    CLEANUP(manifest_done) struct manifest manifest, found = { 0 };
    uint64_t first = 0;

    (void)state;
    assert_int_equal(manifest_load(folder, &found), MANIFEST_NONE);
    fill(&manifest);
    assert_int_equal(manifest_save(folder, &manifest), 0);
    assert_int_equal(manifest_load(folder, &found), 0);
    assert_int_equal(found.count, 3);
    assert_memory_equal(found.files, manifest.files, 3 * sizeof *found.files);
    assert_memory_equal(&found.head, &manifest.head, sizeof found.head);
    assert_int_equal(found.made_ms, 12);
    assert_int_equal(found.newest_ms, 11);
    assert_int_equal(found.layout, 4);
    assert_ptr_equal(manifest_vault(&found), &found.files[2]);
    assert_true(manifest_first(&found.files[1], &first));
    assert_int_equal(first, 91);
    assert_false(manifest_first(&found.files[2], &first));
}

static void is_refused_where_any_bit_is_another(void **state)
{
    CLEANUP(manifest_done) struct manifest manifest;
    static char text[4096];
    size_t size;

    (void)state;
    fill(&manifest);
    assert_int_equal(manifest_save(folder, &manifest), 0);
    assert_int_equal(file_load(folder, "manifest", text, sizeof text, &size), 0);
    for (size_t bit = 0; bit < 8 * size; bit += 29) {
        CLEANUP(manifest_done) struct manifest found = { 0 };

        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        assert_int_equal(file_replace(folder, "manifest", bytes_of(text, size)), 0);
        assert_int_equal(manifest_load(folder, &found), -FAULT_CORRUPT);
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t cut = 0; cut < size; cut += 31) {
        CLEANUP(manifest_done) struct manifest found = { 0 };

        assert_int_equal(file_replace(folder, "manifest", bytes_of(text, cut)), 0);
        assert_int_equal(manifest_load(folder, &found), -FAULT_CORRUPT);
    }
}

/* Whole by its last line, and yet not written by us. */
static void names_that_lead_elsewhere_are_refused(void **state)
{
    static const char *const names[] = { "../../etc/passwd", "journal/1-2/../../x", "journal/../x", "x", "/x" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CLEANUP(manifest_done) struct manifest manifest, found = { 0 };

        fill(&manifest);
        snprintf(manifest.files[0].name, sizeof manifest.files[0].name, "%s", names[i]);
        assert_int_equal(manifest_save(folder, &manifest), 0);
        assert_int_equal(manifest_load(folder, &found), -FAULT_CORRUPT);
    }
}

#define MANIFEST(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        MANIFEST(is_read_as_it_was_written),
        MANIFEST(is_refused_where_any_bit_is_another),
        MANIFEST(names_that_lead_elsewhere_are_refused),
    };

    return RUN_UNIT("server.backup.manifest", tests);
}
