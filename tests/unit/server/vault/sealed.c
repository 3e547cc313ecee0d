#include "server/vault/sealed.h"

#include <sys/stat.h>

#include "common/base/file.h"
#include "server/vault/vault.h"
#include "tests/support/folder.h"

static const uint64_t now_ms = 1795000000000;

static struct bytes text(const char *words)
{
    return bytes_of(words, strlen(words));
}

static void make_vault(void)
{
    CLEANUP(vault_close) struct vault *vault = NULL;
    CLEANUP(arena_free) struct arena *arena = NULL;
    struct bytes sealed;

    assert_int_equal(arena_new(&arena, 1 << 20), 0);
    assert_int_equal(vault_create(in_folder("v"), "localhost", now_ms), 0);
    assert_int_equal(vault_open(&vault, in_folder("v"), now_ms), 0);
    assert_int_equal(vault_close_details(vault, "p0000000000000001", text("somebody"), arena, &sealed), 0);
}

static void seal(struct bytes content, uint8_t **sealed, size_t *size)
{
    assert_int_equal(sealed_make(content, text("a long passphrase"), sealed, size), 0);
}

static void a_vault_comes_back_file_for_file(void **state)
{
    CLEANUP(vault_content_wipe) struct vault_content before = { 0 }, opened = { 0 }, after = { 0 };
    CLEANUP(memory_free) uint8_t *sealed = NULL;
    CLEANUP(vault_close) struct vault *vault = NULL;
    struct stat found;
    size_t size;

    (void)state;
    make_vault();
    assert_int_equal(file_replace(in_folder("v"), "cursor.key.new", text("half")), 0);
    assert_int_equal(vault_content_read(in_folder("v"), &before), 0);
    assert_null(memmem(before.data, before.size, "cursor.key.new", 14));
    assert_non_null(memmem(before.data, before.size, "persons/p0000000000000001", 25));
    seal(vault_content_bytes(&before), &sealed, &size);
    assert_null(memmem(sealed, size, "persons", 7));
    assert_int_equal(sealed_open(bytes_of(sealed, size), text("a long passphrase"), &opened), 0);
    assert_true(bytes_equal(vault_content_bytes(&before), vault_content_bytes(&opened)));
    assert_int_equal(vault_content_write(in_folder("w"), vault_content_bytes(&opened)), 0);
    assert_int_equal(vault_content_read(in_folder("w"), &after), 0);
    assert_true(bytes_equal(vault_content_bytes(&before), vault_content_bytes(&after)));
    assert_int_equal(vault_open(&vault, in_folder("w"), now_ms), 0);
    assert_int_equal(stat(in_folder("w/cursor.key"), &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    assert_int_equal(vault_content_write(in_folder("w"), vault_content_bytes(&opened)), -FAULT_STATE);
}

static void another_passphrase_is_said_to_be_another(void **state)
{
    CLEANUP(vault_content_wipe) struct vault_content opened = { 0 };
    CLEANUP(memory_free) uint8_t *sealed = NULL;
    size_t size;

    (void)state;
    seal(text("content"), &sealed, &size);
    assert_int_equal(sealed_open(bytes_of(sealed, size), text("a long passphrasf"), &opened), SEALED_OTHER_PASSPHRASE);
    assert_int_equal(sealed_open(bytes_of(sealed, size), text("a long passphrase"), &opened), 0);
    assert_true(bytes_equal(vault_content_bytes(&opened), text("content")));
}

/* In each field of the header, in the text and in the tag; the costs of the key make that not every byte is tried. */
static void a_flipped_bit_anywhere_is_found(void **state)
{
    static const size_t places[] = { 0, 11, 15, 19, 20, 52, 71, 72, 91, 92, 98, 99, 114 };
    CLEANUP(memory_free) uint8_t *sealed = NULL;
    size_t size;

    (void)state;
    seal(text("content"), &sealed, &size);
    assert_int_equal(size, 92 + 7 + 16);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        CLEANUP(vault_content_wipe) struct vault_content opened = { 0 };

        sealed[places[i]] ^= 1;
        assert_int_not_equal(sealed_open(bytes_of(sealed, size), text("a long passphrase"), &opened), 0);
        assert_null(opened.data);
        sealed[places[i]] ^= 1;
    }
    for (size_t cut = 0; cut < size; cut += 13) {
        struct vault_content opened = { 0 };

        assert_int_equal(sealed_open(bytes_of(sealed, cut), text("a long passphrase"), &opened), -FAULT_CORRUPT);
    }
}

static void a_short_passphrase_is_refused(void **state)
{
    uint8_t *sealed = NULL;
    size_t size;

    (void)state;
    assert_int_equal(sealed_make(text("content"), text("eleven byte"), &sealed, &size), -FAULT_INVALID);
    assert_null(sealed);
}

static void names_that_lead_elsewhere_are_no_content(void **state)
{
    static const char *const names[] = { "../x", "persons/../x", "/x", "persons/", ".x", "a/b", "" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        uint8_t bytes[64];
        size_t size = strlen(names[i]);

        put_u16(bytes, (uint16_t)size);
        memcpy(bytes + 2, names[i], size);
        put_u32(bytes + 2 + size, 1);
        bytes[2 + size + 4] = 'x';
        assert_int_equal(vault_content_write(in_folder("w"), bytes_of(bytes, 2 + size + 5)), -FAULT_CORRUPT);
        assert_false(file_exists(folder, "w"));
    }
    assert_int_equal(vault_content_write(in_folder("w"), bytes_of("\0\1a\0\0\0\2x", 8)), -FAULT_CORRUPT);
}

#define SEALED(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        SEALED(a_vault_comes_back_file_for_file),         SEALED(another_passphrase_is_said_to_be_another),
        SEALED(a_flipped_bit_anywhere_is_found),          SEALED(a_short_passphrase_is_refused),
        SEALED(names_that_lead_elsewhere_are_no_content),
    };

    return RUN_UNIT("server.vault.sealed", tests);
}
