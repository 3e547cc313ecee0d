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

/* Who finds the file guesses at this cost; the numbers are those of `openssl pkcs8 -scrypt`. */
static void hides_behind_scrypt(void **state)
{
    CLEANUP(key_free) EVP_PKEY *made = NULL;
    CLEANUP(pem_wipe) struct pem pem = { 0 };
    const X509_ALGOR *how = NULL;
    const ASN1_OCTET_STRING *hidden = NULL;

    (void)state;
    assert_int_equal(key_make(&made), 0);
    assert_int_equal(key_to_pem(made, "correct horse", &pem), 0);
    BIO *text = BIO_new_mem_buf(pem.text, (int)pem.size);
    X509_SIG *sealed = PEM_read_bio_PKCS8(text, NULL, NULL, NULL);

    assert_non_null(sealed);
    X509_SIG_get0(sealed, &how, &hidden);
    assert_int_equal(OBJ_obj2nid(how->algorithm), NID_pbes2);
    PBE2PARAM *pbes2 = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), how->parameter);

    assert_non_null(pbes2);
    assert_int_equal(OBJ_obj2nid(pbes2->encryption->algorithm), NID_aes_256_cbc);
    assert_int_equal(OBJ_obj2nid(pbes2->keyfunc->algorithm), NID_id_scrypt);
    SCRYPT_PARAMS *cost = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), pbes2->keyfunc->parameter);

    assert_non_null(cost);
    assert_int_equal(ASN1_INTEGER_get(cost->costParameter), 1 << 14);
    assert_int_equal(ASN1_INTEGER_get(cost->blockSize), 8);
    assert_int_equal(ASN1_INTEGER_get(cost->parallelizationParameter), 1);
    SCRYPT_PARAMS_free(cost);
    PBE2PARAM_free(pbes2);
    X509_SIG_free(sealed);
    BIO_free(text);
}

/* What homes held before: PBKDF2, as OpenSSL writes by itself. */
static void reads_a_key_of_the_earlier_form(void **state)
{
    CLEANUP(key_free) EVP_PKEY *made = NULL;
    CLEANUP(key_free) EVP_PKEY *read = NULL;
    BIO *text = BIO_new(BIO_s_mem());
    char right[] = "correct horse", *pem = NULL;

    (void)state;
    assert_int_equal(key_make(&made), 0);
    assert_int_equal(
        PEM_write_bio_PKCS8PrivateKey(text, made, EVP_aes_256_cbc(), right, (int)strlen(right), NULL, NULL), 1);
    size_t size = (size_t)BIO_get_mem_data(text, &pem);

    assert_int_equal(key_from_pem(&read, bytes_of(pem, size), answer, right), 0);
    assert_int_equal(EVP_PKEY_eq(made, read), 1);
    BIO_free(text);
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
        cmocka_unit_test(comes_back_from_its_text),  cmocka_unit_test(opens_with_its_passphrase_only),
        cmocka_unit_test(hides_behind_scrypt),       cmocka_unit_test(reads_a_key_of_the_earlier_form),
        cmocka_unit_test(refuses_text_that_is_none), cmocka_unit_test(appends_certificates_until_they_do_not_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
