#include "server/vault/vault.h"

#include <dirent.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/fault.h"
#include "tests/support/one_vault.h"

static X509 *parse(struct bytes der)
{
    const unsigned char *at = der.data;
    X509 *certificate = d2i_X509(NULL, &at, (long)der.size);

    assert_non_null(certificate);
    return certificate;
}

static X509 *server_certificate(void)
{
    FILE *file = fopen(vault_server_certificate_file(vault), "r");
    X509 *certificate = PEM_read_X509(file, NULL, NULL, NULL);

    fclose(file);
    assert_non_null(certificate);
    return certificate;
}

/* Whether the certificate is good under our CA for this purpose at this time. */
static bool verifies(X509 *certificate, int purpose, uint64_t at_ms)
{
    X509_STORE *trusted = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    X509 *ca = parse(vault_ca_certificate(vault));

    X509_STORE_add_cert(trusted, ca);
    X509_STORE_CTX_init(context, trusted, certificate, NULL);
    X509_STORE_CTX_set_time(context, 0, (time_t)(at_ms / 1000));
    X509_STORE_CTX_set_purpose(context, purpose);
    X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context), X509_V_FLAG_X509_STRICT);
    bool good = X509_verify_cert(context) == 1;
    X509_STORE_CTX_free(context);
    X509_STORE_free(trusted);
    X509_free(ca);
    return good;
}

static void issues_what_verifies_under_its_authority(void **state)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    struct bytes request = request_for(key, key);
    uint8_t fingerprint[DIGEST_BYTES];
    char install[33], name[64];
    struct issued issued;
    (void)state;

    assert_int_equal(vault_request_fingerprint(request, fingerprint), 0);
    assert_int_equal(vault_issue(vault, request, "person-1", now_ms, arena, &issued), 0);
    assert_memory_equal(fingerprint, issued.fingerprint, DIGEST_BYTES);
    assert_int_equal(issued.not_after_ms, now_ms + VAULT_CERTIFICATE_DAYS * day_ms);
    X509 *certificate = parse(issued.certificate);
    assert_true(verifies(certificate, X509_PURPOSE_SSL_CLIENT, now_ms));
    assert_false(verifies(certificate, X509_PURPOSE_SSL_SERVER, now_ms));
    assert_false(verifies(certificate, X509_PURPOSE_SSL_CLIENT, issued.not_after_ms + 1000));

    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    assert_string_equal(name, hex_encode(install, fingerprint, ID_BYTES));
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_organizationName, name, sizeof name);
    assert_string_equal(name, "person-1");
    assert_int_equal(ASN1_STRING_length(X509_get0_serialNumber(certificate)), sizeof issued.serial);
    assert_memory_equal(ASN1_STRING_get0_data(X509_get0_serialNumber(certificate)), issued.serial,
                        sizeof issued.serial);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static void expect_refused(struct bytes request)
{
    uint8_t fingerprint[DIGEST_BYTES];
    struct issued issued;

    assert_int_equal(vault_request_fingerprint(request, fingerprint), VAULT_BAD_REQUEST);
    assert_int_equal(vault_issue(vault, request, "person-1", now_ms, arena, &issued), VAULT_BAD_REQUEST);
}

static void refuses_requests_that_are_not_sound(void **state)
{
    EVP_PKEY *key = EVP_EC_gen("P-256"), *other = EVP_EC_gen("P-256"), *large = EVP_EC_gen("P-384");
    EVP_PKEY *rsa = EVP_RSA_gen(2048);
    struct bytes good = request_for(key, key);
    uint8_t *copy = arena_copy(arena, good.data, good.size);
    static uint8_t huge[100000];
    (void)state;

    expect_refused(request_for(key, other)); /* it does not hold the key that it asks for */
    expect_refused(request_for(rsa, rsa));
    expect_refused(request_for(large, large));
    expect_refused(bytes_of(NULL, 0));
    expect_refused(bytes_of(huge, sizeof huge));
    for (size_t size = 0; size < good.size; size++)
        expect_refused(bytes_of(good.data, size));
    copy[good.size - 1] ^= 1;
    expect_refused(bytes_of(copy, good.size));
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    EVP_PKEY_free(large);
    EVP_PKEY_free(rsa);
}

static void names_its_host(void **state)
{
    X509 *certificate = server_certificate();
    (void)state;

    assert_true(verifies(certificate, X509_PURPOSE_SSL_SERVER, now_ms));
    assert_int_equal(X509_check_host(certificate, "monitor.example.nl", 0, 0, NULL), 1);
    assert_int_equal(X509_check_host(certificate, "localhost", 0, 0, NULL), 0);
    assert_int_equal(X509_check_ip_asc(certificate, "127.0.0.1", 0), 0);
    X509_free(certificate);
}

static void names_this_machine_both_ways(void **state)
{
    (void)state;
    vault = vault_close(vault);
    assert_int_equal(vault_create(in_folder("local"), "127.0.0.1", now_ms), 0);
    assert_int_equal(vault_open(&vault, in_folder("local"), now_ms), 0);
    X509 *certificate = server_certificate();
    assert_int_equal(X509_check_host(certificate, "localhost", 0, 0, NULL), 1);
    assert_int_equal(X509_check_ip_asc(certificate, "127.0.0.1", 0), 1);
    X509_free(certificate);
    assert_int_equal(vault_create(in_folder("bad"), "a,DNS:b", now_ms), -FAULT_INVALID);
    assert_int_equal(vault_create(in_folder("six"), "2001:db8::1", now_ms), 0);
}

static uint64_t end_of_server(void)
{
    X509 *certificate = server_certificate();
    struct tm time;

    ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time);
    X509_free(certificate);
    return (uint64_t)timegm(&time) * 1000;
}

static void renews_the_server_only_when_due(void **state)
{
    uint64_t first = end_of_server(), late = now_ms + 266 * day_ms;
    (void)state;

    assert_int_equal(vault_renew_server(vault, "monitor.example.nl", now_ms + 263 * day_ms), 0);
    assert_int_equal(end_of_server(), first);
    assert_int_equal(vault_renew_server(vault, "monitor.example.nl", late), 0);
    assert_int_equal(end_of_server(), late + VAULT_SERVER_DAYS * day_ms);

    X509 *certificate = server_certificate();
    FILE *file = fopen(vault_server_key_file(vault), "r");
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    assert_int_equal(X509_check_private_key(certificate, key), 1);
    assert_true(verifies(certificate, X509_PURPOSE_SSL_SERVER, late));
    EVP_PKEY_free(key);
    X509_free(certificate);
}

static void keeps_its_keys_over_a_restart(void **state)
{
    struct bytes parts[] = { text("a"), text("bc") };
    uint8_t seal[DIGEST_BYTES], cursor[DIGEST_BYTES], again[DIGEST_BYTES], before[DIGEST_BYTES];
    (void)state;

    uint32_t key = vault_seal(vault, parts, 2, seal);
    vault_sign_cursor(vault, parts, 2, cursor);
    vault_ca_fingerprint(vault, before);
    assert_memory_not_equal(seal, cursor, DIGEST_BYTES);
    vault = vault_close(vault);
    assert_int_equal(vault_open(&vault, in_folder("v"), now_ms), 0);

    assert_true(vault_check_seal(vault, key, parts, 2, seal));
    assert_false(vault_check_seal(vault, key + 1, parts, 2, seal));
    assert_false(vault_check_seal(vault, key, parts, 1, seal));
    seal[31] ^= 1;
    assert_false(vault_check_seal(vault, key, parts, 2, seal));
    vault_sign_cursor(vault, parts, 2, again);
    assert_memory_equal(cursor, again, DIGEST_BYTES);
    vault_ca_fingerprint(vault, again);
    assert_memory_equal(before, again, DIGEST_BYTES);
}

static void gives_details_back_until_they_are_erased(void **state)
{
    struct bytes sealed, twice, plain, empty;
    (void)state;

    assert_int_equal(vault_close_details(vault, "p1", text("Anna de Vries"), arena, &sealed), 0);
    assert_int_equal(vault_close_details(vault, "p1", text("Anna de Vries"), arena, &twice), 0);
    assert_int_equal(vault_close_details(vault, "p1", bytes_of(NULL, 0), arena, &empty), 0);
    assert_false(bytes_equal(sealed, twice));
    assert_null(memmem(sealed.data, sealed.size, "Anna", 4));
    assert_int_equal(vault_open_details(vault, "p1", sealed, arena, &plain), 0);
    assert_true(bytes_equal(plain, text("Anna de Vries")));
    assert_int_equal(vault_open_details(vault, "p1", empty, arena, &plain), 0);
    assert_int_equal(plain.size, 0);

    assert_int_equal(vault_erase_person(vault, "p1"), 0);
    assert_int_equal(vault_erase_person(vault, "p1"), 0);
    assert_int_equal(vault_open_details(vault, "p1", sealed, arena, &plain), VAULT_NO_KEY);
    assert_int_equal(vault_open_details(vault, "never", sealed, arena, &plain), VAULT_NO_KEY);
}

static void notices_details_that_were_touched(void **state)
{
    struct bytes sealed, other, plain = { 0 };
    (void)state;

    assert_int_equal(vault_close_details(vault, "p1", text("Anna"), arena, &sealed), 0);
    assert_int_equal(vault_close_details(vault, "p2", text("Bert"), arena, &other), 0);
    uint8_t *copy = arena_copy(arena, sealed.data, sealed.size);
    for (size_t i = 0; i < sealed.size; i++) {
        copy[i] ^= 4;
        assert_int_equal(vault_open_details(vault, "p1", bytes_of(copy, sealed.size), arena, &plain), VAULT_OTHER_KEY);
        copy[i] ^= 4;
        assert_int_equal(vault_open_details(vault, "p1", bytes_of(copy, i), arena, &plain),
                         i < 28 ? -FAULT_CORRUPT : VAULT_OTHER_KEY);
    }
    assert_int_equal(vault_open_details(vault, "p1", other, arena, &plain), VAULT_OTHER_KEY);
    assert_null(plain.data);
    assert_int_equal(vault_close_details(vault, "../ca.key", text("x"), arena, &plain), -FAULT_INVALID);
    assert_int_equal(vault_erase_person(vault, "../ca.key"), -FAULT_INVALID);
    assert_int_equal(vault_erase_person(vault, ""), -FAULT_INVALID);
}

static void expect_closed(const char *path)
{
    DIR *listing = opendir(path);
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    for (struct dirent *file; (file = readdir(listing));) {
        if (file->d_type != DT_REG)
            continue;
        assert_int_equal(fstatat(dirfd(listing), file->d_name, &status, 0), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
        assert_null(strstr(file->d_name, ".new"));
    }
    closedir(listing);
}

static void is_closed_to_others(void **state)
{
    struct bytes sealed;
    (void)state;

    assert_int_equal(vault_close_details(vault, "p1", text("x"), arena, &sealed), 0);
    expect_closed(in_folder("v"));
    expect_closed(in_folder("v/persons"));
}

static void is_made_once_and_says_what_is_missing(void **state)
{
    static const char *const files[] = { "v/ca.key", "v/ca.pem", "v/sealing.keys", "v/cursor.key" };
    struct vault *second = NULL;
    (void)state;

    assert_int_equal(vault_create(in_folder("v"), "example.nl", now_ms), -FAULT_STATE);
    assert_int_equal(vault_open(&second, in_folder("w"), now_ms), -FAULT_MISSING);
    assert_int_equal(vault_open(&second, in_folder("v"), now_ms + 2 * VAULT_CA_DAYS * day_ms), -FAULT_STATE);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        assert_int_equal(rename(in_folder(files[i]), in_folder("kept")), 0);
        assert_int_equal(vault_open(&second, in_folder("v"), now_ms), -FAULT_MISSING);
        FILE *file = fopen(in_folder(files[i]), "w");
        fputs("short", file);
        fclose(file);
        assert_int_equal(vault_open(&second, in_folder("v"), now_ms), -FAULT_CORRUPT);
        assert_int_equal(rename(in_folder("kept"), in_folder(files[i])), 0);
    }
    assert_null(second);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(issues_what_verifies_under_its_authority),
        TEST(refuses_requests_that_are_not_sound),
        TEST(names_its_host),
        TEST(names_this_machine_both_ways),
        TEST(renews_the_server_only_when_due),
        TEST(keeps_its_keys_over_a_restart),
        TEST(gives_details_back_until_they_are_erased),
        TEST(notices_details_that_were_touched),
        TEST(is_closed_to_others),
        TEST(is_made_once_and_says_what_is_missing),
    };

    return RUN_UNIT("server.vault.vault", tests);
}
