/*
 * home.c: a home keeps its key and certificate together through anything, and belongs to one person.
 */
#include "client/identity/home.h"

#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/identity/key.h"
#include "common/base/fault.h"
#include "tests/support/folder.h"

static struct home *home;
static uint8_t der[2048];

static int begin(void **state)
{
    unsetenv("CIMONITOR_PASSPHRASE");
    return folder_make(state) || home_open(&home, folder, true);
}

static int end(void **state)
{
    home = home_close(home);
    return folder_remove(state);
}

/* A certificate that the key signs itself, as the server's answer for this person. */
static Ci__Certificate answer_for(EVP_PKEY *key, const char *person)
{
    Ci__Certificate certificate = CI__CERTIFICATE__INIT;
    X509 *made = X509_new();
    uint8_t *at = der;

    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), 0);
    X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    X509_set_pubkey(made, key);
    X509_sign(made, key, EVP_sha256());
    int size = i2d_X509(made, &at);

    X509_free(made);
    assert_in_range(size, 1, sizeof der);
    certificate.certificate = certificate.ca = (ProtobufCBinaryData){ (size_t)size, der };
    certificate.person = (char *)(uintptr_t)person;
    certificate.install = (char *)(uintptr_t) "00112233445566778899aabbccddeeff";
    certificate.role = CI__ROLE__ROLE_COORDINATOR;
    return certificate;
}

static struct identity enrol_as(const char *person)
{
    CLEANUP(key_free) EVP_PKEY *key = NULL;
    struct identity identity = { .server = "localhost:7443" };

    assert_int_equal(home_next_key(home, NULL, &key), 0);
    Ci__Certificate certificate = answer_for(key, person);

    assert_int_equal(home_store_certificate(home, key, &certificate, &identity), 0);
    return identity;
}

static void is_not_enrolled_at_first(void **state)
{
    struct identity identity;

    (void)state;
    assert_int_equal(home_identity(home, &identity), HOME_NOT_ENROLLED);
}

static void remembers_who_it_belongs_to(void **state)
{
    struct identity found;

    (void)state;
    enrol_as("p0000000000000001");
    assert_int_equal(home_identity(home, &found), 0);
    assert_string_equal(found.person, "p0000000000000001");
    assert_string_equal(found.server, "localhost:7443");
    assert_int_equal(found.role, CI__ROLE__ROLE_COORDINATOR);
    assert_true(found.certificate_ends_ms > 0);
}

static void keeps_one_key_until_an_enrolment_succeeds(void **state)
{
    CLEANUP(key_free) EVP_PKEY *first = NULL;
    CLEANUP(key_free) EVP_PKEY *again = NULL;
    CLEANUP(key_free) EVP_PKEY *other = NULL;

    (void)state;
    assert_int_equal(home_next_key(home, NULL, &first), 0);
    assert_int_equal(home_next_key(home, NULL, &again), 0);
    assert_int_equal(EVP_PKEY_eq(first, again), 1);
    enrol_as("p0000000000000001");
    assert_int_equal(home_next_key(home, NULL, &other), 0);
    assert_int_not_equal(EVP_PKEY_eq(first, other), 1);
}

static void belongs_to_one_person(void **state)
{
    CLEANUP(key_free) EVP_PKEY *before = NULL;
    CLEANUP(key_free) EVP_PKEY *next = NULL;
    CLEANUP(key_free) EVP_PKEY *after = NULL;
    struct identity identity = { .server = "localhost:7443" };

    (void)state;
    enrol_as("p0000000000000001");
    assert_int_equal(home_key(home, &before), 0);
    assert_int_equal(home_next_key(home, NULL, &next), 0);
    Ci__Certificate certificate = answer_for(next, "p0000000000000002");

    assert_int_equal(home_store_certificate(home, next, &certificate, &identity), HOME_OTHER_PERSON);
    assert_int_equal(home_identity(home, &identity), 0);
    assert_string_equal(identity.person, "p0000000000000001");
    assert_int_equal(home_key(home, &after), 0);
    assert_int_equal(EVP_PKEY_eq(before, after), 1);
}

static void finishes_a_change_of_key_that_was_cut(void **state)
{
    CLEANUP(key_free) EVP_PKEY *next = NULL;
    CLEANUP(key_free) EVP_PKEY *now = NULL;

    (void)state;
    enrol_as("p0000000000000001");
    assert_int_equal(home_next_key(home, NULL, &next), 0);
    char copy[512];

    snprintf(copy, sizeof copy, "cp %s %s", home_certificate_file(home), in_folder("certificate-next.pem"));
    assert_int_equal(system(copy), 0);
    home = home_close(home);
    assert_int_equal(home_open(&home, folder, false), 0);
    assert_int_equal(home_key(home, &now), 0);
    assert_int_equal(EVP_PKEY_eq(next, now), 1);
    assert_int_not_equal(access(in_folder("certificate-next.pem"), F_OK), 0);
}

static void opens_a_protected_key_with_its_passphrase_only(void **state)
{
    CLEANUP(key_free) EVP_PKEY *made = NULL;
    CLEANUP(key_free) EVP_PKEY *opened = NULL;

    (void)state;
    assert_int_equal(home_next_key(home, "correct horse", &made), 0);
    setenv("CIMONITOR_PASSPHRASE", "wrong horse", 1);
    assert_int_equal(home_next_key(home, NULL, &opened), -FAULT_CRYPTO);
    setenv("CIMONITOR_PASSPHRASE", "correct horse", 1);
    assert_int_equal(home_next_key(home, NULL, &opened), 0);
    assert_int_equal(EVP_PKEY_eq(made, opened), 1);
}

/* A key that waits was perhaps made without: whoever asks for protection now gets it, and the code still fits. */
static void protects_a_key_that_waits_when_that_is_asked(void **state)
{
    CLEANUP(key_free) EVP_PKEY *made = NULL;
    CLEANUP(key_free) EVP_PKEY *kept = NULL;
    CLEANUP(key_free) EVP_PKEY *opened = NULL;

    (void)state;
    assert_int_equal(home_next_key(home, NULL, &made), 0);
    assert_int_equal(home_next_key(home, "correct horse", &kept), 0);
    assert_int_equal(EVP_PKEY_eq(made, kept), 1);
    setenv("CIMONITOR_PASSPHRASE", "wrong horse", 1);
    assert_int_equal(home_next_key(home, NULL, &opened), -FAULT_CRYPTO);
}

/* An enrolment that was refused leaves its key; the renewal of the key in use must not take that one for its own. */
static void renews_the_key_in_use_whatever_key_waits(void **state)
{
    CLEANUP(key_free) EVP_PKEY *key = NULL;
    CLEANUP(key_free) EVP_PKEY *waiting = NULL;
    CLEANUP(key_free) EVP_PKEY *after = NULL;
    struct identity identity = { .server = "localhost:7443" };

    (void)state;
    enrol_as("p0000000000000001");
    assert_int_equal(home_key(home, &key), 0);
    assert_int_equal(home_next_key(home, NULL, &waiting), 0);
    Ci__Certificate certificate = answer_for(key, "p0000000000000001");

    assert_int_equal(home_store_certificate(home, key, &certificate, &identity), 0);
    assert_int_equal(home_key(home, &after), 0);
    assert_int_equal(EVP_PKEY_eq(key, after), 1);
}

static void refuses_a_certificate_for_another_key(void **state)
{
    CLEANUP(key_free) EVP_PKEY *key = NULL;
    CLEANUP(key_free) EVP_PKEY *foreign = NULL;
    struct identity identity = { .server = "localhost:7443" };

    (void)state;
    assert_int_equal(home_next_key(home, NULL, &key), 0);
    assert_int_equal(key_make(&foreign), 0);
    Ci__Certificate certificate = answer_for(foreign, "p0000000000000001");

    assert_int_equal(home_store_certificate(home, key, &certificate, &identity), -FAULT_CORRUPT);
    assert_int_equal(home_identity(home, &identity), HOME_NOT_ENROLLED);
}

/* Whoever changes the pair holds the lock; another process that opens the home meanwhile keeps its hands off. */
static void leaves_a_change_of_key_to_whoever_holds_the_lock(void **state)
{
    CLEANUP(home_close) struct home *other = NULL;
    CLEANUP(key_free) EVP_PKEY *next = NULL;
    char copy[512];

    (void)state;
    enrol_as("p0000000000000001");
    assert_int_equal(home_lock(home), 0);
    assert_int_equal(home_next_key(home, NULL, &next), 0);
    snprintf(copy, sizeof copy, "cp %s %s", home_certificate_file(home), in_folder("certificate-next.pem"));
    assert_int_equal(system(copy), 0);
    assert_int_equal(home_open(&other, folder, false), 0);
    assert_int_equal(access(in_folder("certificate-next.pem"), F_OK), 0);
}

static void keeps_the_key_from_other_people(void **state)
{
    CLEANUP(key_free) EVP_PKEY *key = NULL;
    struct stat status;

    (void)state;
    assert_int_equal(home_next_key(home, NULL, &key), 0);
    assert_int_equal(stat(in_folder("key-next.pem"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void is_locked_by_one_process_at_a_time(void **state)
{
    CLEANUP(home_close) struct home *other = NULL;

    (void)state;
    assert_int_equal(home_open(&other, folder, false), 0);
    assert_int_equal(home_lock(home), 0);
    assert_int_equal(home_lock(home), 0);
    assert_int_equal(home_lock(other), HOME_BUSY);
}

static void says_that_a_damaged_identity_is_damaged(void **state)
{
    struct identity identity;

    (void)state;
    FILE *file = fopen(in_folder("identity"), "w");

    fputs("person p1\nnonsense", file);
    fclose(file);
    assert_int_equal(home_identity(home, &identity), -FAULT_CORRUPT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    static const struct CMUnitTest tests[] = {
        TEST(is_not_enrolled_at_first),
        TEST(remembers_who_it_belongs_to),
        TEST(keeps_one_key_until_an_enrolment_succeeds),
        TEST(belongs_to_one_person),
        TEST(finishes_a_change_of_key_that_was_cut),
        TEST(opens_a_protected_key_with_its_passphrase_only),
        TEST(protects_a_key_that_waits_when_that_is_asked),
        TEST(renews_the_key_in_use_whatever_key_waits),
        TEST(refuses_a_certificate_for_another_key),
        TEST(leaves_a_change_of_key_to_whoever_holds_the_lock),
        TEST(keeps_the_key_from_other_people),
        TEST(is_locked_by_one_process_at_a_time),
        TEST(says_that_a_damaged_identity_is_damaged),
    };

    return RUN_UNIT("home", tests);
}
