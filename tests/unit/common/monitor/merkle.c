/* unit.merkle: the tree of hashes, against the vectors of RFC 6962's own implementation. */
#include "common/monitor/merkle.h"

#include <string.h>

#include "tests/support/unit.h"

enum { LEAVES = 8 };

static struct merkle_hash leaves[LEAVES];

static int make(void **state)
{
    static const char *const contents[LEAVES] = {
        "",         "\x00",
        "\x10",     "\x20\x21",
        "\x30\x31", "\x40\x41\x42\x43",
        "PQRSTUVW", "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"
    };
    static const size_t sizes[LEAVES] = { 0, 1, 1, 2, 2, 4, 8, 16 };

    (void)state;
    for (size_t i = 0; i < LEAVES; i++)
        leaves[i] = merkle_leaf(bytes_of(contents[i], sizes[i]));
    return 0;
}

static void has_the_roots_of_rfc_6962(void **state)
{
    static const struct {
        size_t count;
        const char *root;
    } vectors[] = {
        { 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { 1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
        { 2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
        { 3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
        { 5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
        { 8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
    };
    char hex[2 * DIGEST_BYTES + 1];

    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct merkle_hash root = merkle_root(leaves, vectors[i].count);

        assert_string_equal(hex_encode(hex, root.bytes, DIGEST_BYTES), vectors[i].root);
    }
}

static void shows_each_leaf_to_be_where_it_is_and_nowhere_else(void **state)
{
    struct merkle_hash path[MERKLE_PATH_MAX];

    (void)state;
    for (size_t count = 1; count <= LEAVES; count++) {
        struct merkle_hash root = merkle_root(leaves, count);

        for (size_t index = 0; index < count; index++) {
            size_t length = merkle_path(leaves, count, index, path);

            for (size_t other = 0; other < LEAVES; other++)
                assert_int_equal(merkle_check(&leaves[other], index, count, path, length, &root), other == index);
            if (count > 1)
                assert_false(merkle_check(&leaves[index], (index + 1) % count, count, path, length, &root));
        }
    }
}

static void refuses_a_path_that_was_changed_cut_or_made_longer(void **state)
{
    struct merkle_hash path[MERKLE_PATH_MAX] = { 0 }, root = merkle_root(leaves, 5);
    size_t length = merkle_path(leaves, 5, 2, path);

    (void)state;
    assert_int_equal(length, 3);
    assert_true(merkle_check(&leaves[2], 2, 5, path, length, &root));
    assert_false(merkle_check(&leaves[2], 2, 5, path, length - 1, &root));
    assert_false(merkle_check(&leaves[2], 2, 5, path, length + 1, &root));
    assert_false(merkle_check(&leaves[2], 5, 5, path, length, &root));
    assert_false(merkle_check(&leaves[2], 2, SIZE_MAX, path, length, &root));
    path[1].bytes[0] ^= 1;
    assert_false(merkle_check(&leaves[2], 2, 5, path, length, &root));
}

static void is_no_deeper_than_its_bound(void **state)
{
    struct merkle_hash path[MERKLE_PATH_MAX], many[MERKLE_LEAVES_MAX], root;
    uint8_t content[4];

    (void)state;
    for (uint32_t i = 0; i < MERKLE_LEAVES_MAX; i++) {
        put_u32(content, i);
        many[i] = merkle_leaf(bytes_of(content, sizeof content));
    }
    root = merkle_root(many, MERKLE_LEAVES_MAX);
    assert_int_equal(merkle_path(many, MERKLE_LEAVES_MAX, 700, path), MERKLE_PATH_MAX);
    assert_true(merkle_check(&many[700], 700, MERKLE_LEAVES_MAX, path, MERKLE_PATH_MAX, &root));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_roots_of_rfc_6962),
        cmocka_unit_test(shows_each_leaf_to_be_where_it_is_and_nowhere_else),
        cmocka_unit_test(refuses_a_path_that_was_changed_cut_or_made_longer),
        cmocka_unit_test(is_no_deeper_than_its_bound),
    };

    return cmocka_run_group_tests(tests, make, NULL);
}
