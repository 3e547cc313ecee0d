#include "common/tls/key.h"

#include <string.h>

#include "common/base/fault.h"
#include "tests/support/certificates.h"
#include "tests/support/unit.h"

static int answer(char *room, int size, int writing, void *context)
{
    const char *passphrase = context;

    (void)writing;
    assert_true(strlen(passphrase) <= (size_t)size);
    memcpy(room, passphrase, strlen(passphrase));
    return (int)strlen(passphrase);
}

static void comes_back_from_its_text(void **state)
{
    CLEANUP(key_free) EVP_PKEY *made = NULL;
    CLEANUP(key_free) EVP_PKEY *read = NULL;
    CLEANUP(pem_wipe) struct pem pem = { 0 };

    (void)state;
    assert_int_equal(key_make(&made), 0);
    assert_true(key_is_p256(made));
    assert_int_equal(key_to_pem(made, NULL, &pem), 0);
    assert_int_equal(key_from_pem(&read, pem_bytes(&pem), NULL, NULL), 0);
    assert_int_equal(EVP_PKEY_eq(made, read), 1);
}

static void opens_with_its_passphrase_only(void **state)
{
    CLEANUP(key_free) EVP_PKEY *made = NULL;
    CLEANUP(key_free) EVP_PKEY *read = NULL;
    CLEANUP(pem_wipe) struct pem pem = { 0 };
    char right[] = "correct horse", wrong[] = "wrong horse";

    (void)state;
    assert_int_equal(key_make(&made), 0);
    assert_int_equal(key_to_pem(made, right, &pem), 0);
    assert_non_null(memmem(pem.text, pem.size, "ENCRYPTED", 9));
    assert_int_equal(key_from_pem(&read, pem_bytes(&pem), answer, wrong), KEY_UNREADABLE);
    assert_int_equal(key_from_pem(&read, pem_bytes(&pem), NULL, NULL), KEY_UNREADABLE); /* nobody is asked */
    assert_null(read);
    assert_int_equal(key_from_pem(&read, pem_bytes(&pem), answer, right), 0);
    assert_int_equal(EVP_PKEY_eq(made, read), 1);
}

static void refuses_text_that_is_none(void **state)
{
    EVP_PKEY *key = NULL;

    (void)state;
    assert_int_equal(key_from_pem(&key, bytes_of("short", 5), NULL, NULL), KEY_UNREADABLE);
    assert_int_equal(key_from_pem(&key, bytes_of("", 0), NULL, NULL), KEY_UNREADABLE);
    assert_null(certificate_from_pem(bytes_of("short", 5)));
    assert_null(key);
}

static void appends_certificates_until_they_do_not_fit(void **state)
{
    struct certificates files;
    CLEANUP(pem_wipe) struct pem pem = { 0 };
    FILE *file;
    (void)state;

    certificates_make(&files, 1000);
    file = fopen(files.client, "r");
    assert_non_null(file);
    CLEANUP(certificate_free) X509 *certificate = PEM_read_X509(file, NULL, NULL, NULL);
    fclose(file);
    certificates_remove(&files);
    assert_non_null(certificate);
    assert_in_range(certificate_end_ms(certificate), 1000ULL * (uint64_t)time(NULL),
                    1000ULL * (uint64_t)time(NULL) + 1000000);
    int result;
    size_t before;

    do {
        before = pem.size;
        result = certificate_to_pem(certificate, &pem);
    } while (result == 0 && pem.size > before);
    assert_int_equal(result, -FAULT_INVALID);
    assert_int_equal(pem.size, before);
    CLEANUP(certificate_free) X509 *first = certificate_from_pem(pem_bytes(&pem));

    assert_int_equal(X509_cmp(first, certificate), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_from_its_text),
        cmocka_unit_test(opens_with_its_passphrase_only),
        cmocka_unit_test(refuses_text_that_is_none),
        cmocka_unit_test(appends_certificates_until_they_do_not_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
