#include "common/base/digest.h"

#include <pthread.h>

#include "tests/support/unit.h"

static void assert_digest(const uint8_t digest[DIGEST_BYTES], const char *expected)
{
    char text[2 * DIGEST_BYTES + 1];

    assert_string_equal(hex_encode(text, digest, DIGEST_BYTES), expected);
}

static void parts_are_hashed_as_one(void **state)
{
    struct bytes parts[] = { bytes_of("a", 1), bytes_of(NULL, 0), bytes_of("bc", 2) };
    uint8_t digest[DIGEST_BYTES];

    (void)state;
    digest_parts(digest, parts, 3);
    assert_digest(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_bytes(digest, NULL, 0);
    assert_digest(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void a_key_is_not_that_of_the_call_before(void **state)
{
    struct bytes part = bytes_of("what do ya want for nothing?", 28);
    uint8_t digest[DIGEST_BYTES];

    (void)state;
    digest_hmac(digest, bytes_of("Jefe", 4), &part, 1);
    assert_digest(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    digest_hmac(digest, bytes_of(NULL, 0), NULL, 0);
    assert_digest(digest, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void *hash_often(void *unused)
{
    (void)unused;
    for (int i = 0; i < 200; i++)
        parts_are_hashed_as_one(NULL);
    return NULL;
}

static void threads_do_not_share_contexts(void **state)
{
    pthread_t threads[4];

    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_often, NULL), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

static void random_numbers_differ(void **state)
{
    uint8_t a[ID_BYTES], b[ID_BYTES];

    (void)state;
    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    assert_false(digest_equal(a, b, sizeof a));
    assert_true(digest_equal(a, a, sizeof a));
}

static void ids_lie_in_order_of_time_and_differ_within_it(void **state)
{
    uint8_t early[ID_BYTES], late[ID_BYTES], other[ID_BYTES];

    (void)state;
    id_new(early, 0x0123456789ab);
    id_new(late, 0x0123456789ac);
    id_new(other, 0x0123456789ac);
    assert_memory_equal(early, ((uint8_t[]){ 0x01, 0x23, 0x45, 0x67, 0x89, 0xab }), 6);
    assert_true(memcmp(early, late, ID_BYTES) < 0);
    assert_memory_not_equal(late, other, ID_BYTES);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_hashed_as_one),
        cmocka_unit_test(a_key_is_not_that_of_the_call_before),
        cmocka_unit_test(threads_do_not_share_contexts),
        cmocka_unit_test(random_numbers_differ),
        cmocka_unit_test(ids_lie_in_order_of_time_and_differ_within_it),
    };

    return RUN_UNIT("digest", tests);
}
