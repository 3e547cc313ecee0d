#include <openssl/evp.h>
#include <openssl/x509.h>
#include <unistd.h>

#include "common/base/fault.h"
#include "common/tls/signature.h"
#include "server/vault/vault.h"
#include "tests/support/one_vault.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)

static void signs_so_that_whoever_trusts_the_ca_can_check(void **state)
{
    struct signature signature;
    struct signature_claim claim = { .purpose = "receipt",
                                     .content = text("what was handed in"),
                                     .certificate = vault_signing_certificate(vault),
                                     .ca = vault_ca_certificate(vault),
                                     .at_ms = now_ms };

    (void)state;
    assert_int_equal(vault_sign(vault, "receipt", claim.content, &signature), 0);
    claim.signature = bytes_of(signature.bytes, signature.size);
    assert_int_equal(signature_check(&claim), 0);
    claim.at_ms = now_ms + 7000 * day_ms;
    assert_int_equal(signature_check(&claim), 0);
    claim.at_ms = now_ms - 7000 * day_ms;
    assert_int_equal(signature_check(&claim), SIGNATURE_NO_SIGNER);
    claim.at_ms = now_ms;
    claim.purpose = "release";
    assert_int_equal(signature_check(&claim), SIGNATURE_WRONG);
    claim.purpose = "receipt";
    claim.content = text("what was handed in.");
    assert_int_equal(signature_check(&claim), SIGNATURE_WRONG);
    claim.content = text("what was handed in");
    signature.bytes[9] ^= 1;
    assert_int_equal(signature_check(&claim), SIGNATURE_WRONG);
}

static void an_installs_certificate_and_another_ca_sign_nothing(void **state)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    struct issued issued;
    struct signature signature;
    struct signature_claim claim = {
        .purpose = "receipt", .content = text("x"), .ca = vault_ca_certificate(vault), .at_ms = now_ms
    };

    (void)state;
    assert_int_equal(vault_issue(vault, request_for(key, key), "p0011223344556677", now_ms, arena, &issued), 0);
    assert_int_equal(signature_make(key, "receipt", claim.content, &signature), 0);
    claim.signature = bytes_of(signature.bytes, signature.size);
    claim.certificate = issued.certificate;
    assert_int_equal(signature_check(&claim), SIGNATURE_NO_SIGNER);
    claim.certificate = vault_signing_certificate(vault);
    claim.ca = issued.certificate;
    assert_int_equal(signature_check(&claim), SIGNATURE_NO_SIGNER);
    claim.certificate = text("no certificate");
    assert_int_equal(signature_check(&claim), SIGNATURE_NO_SIGNER);
    EVP_PKEY_free(key);
}

/* A bit here and there, in every byte; nor can anything stand behind it. */
static void changed(struct signature_claim *claim, struct bytes *part)
{
    struct bytes whole = *part;
    uint8_t *copy = arena_alloc(arena, whole.size + 1);

    memcpy(copy, whole.data, whole.size);
    *part = bytes_of(copy, whole.size);
    for (size_t bit = 0; bit < 8 * whole.size; bit += 3) {
        copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_not_equal(signature_check(claim), 0);
        copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(signature_check(claim), 0);
    *part = bytes_of(copy, whole.size + 1);
    assert_int_not_equal(signature_check(claim), 0);
    *part = whole;
}

static void holds_for_nothing_that_was_changed_in_a_bit(void **state)
{
    struct signature signature;
    struct signature_claim claim = { .purpose = "receipt",
                                     .content = text("what was handed in"),
                                     .certificate = vault_signing_certificate(vault),
                                     .ca = vault_ca_certificate(vault),
                                     .at_ms = now_ms };

    (void)state;
    assert_int_equal(vault_sign(vault, "receipt", claim.content, &signature), 0);
    claim.signature = bytes_of(signature.bytes, signature.size);
    changed(&claim, &claim.content);
    changed(&claim, &claim.signature);
    changed(&claim, &claim.certificate);
    changed(&claim, &claim.ca);
}

/* As after a program that knew of no signing: what was handed in before the key was made is signed for too. */
static void makes_its_signing_key_where_it_has_none(void **state)
{
    uint64_t later_ms = now_ms + 400 * day_ms;
    struct signature_claim claim = { .purpose = "receipt", .content = text("x"), .at_ms = now_ms };
    struct signature signature;
    struct bytes made;
    (void)state;

    vault = vault_close(vault);
    assert_int_equal(unlink(in_folder("v/signing.key")), 0);
    assert_int_equal(unlink(in_folder("v/signing.pem")), 0);
    assert_int_equal(vault_open(&vault, in_folder("v"), later_ms), 0);
    assert_int_equal(vault_sign(vault, "receipt", claim.content, &signature), -FAULT_MISSING);
    assert_int_not_equal(access(in_folder("v/signing.key"), F_OK), 0); /* who only looks changes nothing */
    assert_int_equal(vault_complete(vault), 0);
    assert_int_equal(vault_sign(vault, "receipt", claim.content, &signature), 0);
    claim.signature = bytes_of(signature.bytes, signature.size);
    claim.ca = vault_ca_certificate(vault);
    made = vault_signing_certificate(vault);
    claim.certificate = bytes_of(arena_copy(arena, made.data, made.size), made.size);
    assert_int_equal(signature_check(&claim), 0);
    claim.at_ms = later_ms;
    assert_int_equal(signature_check(&claim), 0);
    vault = vault_close(vault);
    assert_int_equal(vault_open(&vault, in_folder("v"), later_ms), 0);
    assert_true(bytes_equal(vault_signing_certificate(vault), claim.certificate)); /* once, and kept */
    vault = vault_close(vault);
    assert_int_equal(unlink(in_folder("v/signing.key")), 0); /* lost: a new one would hide that */
    assert_int_equal(vault_open(&vault, in_folder("v"), later_ms), -FAULT_MISSING);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(signs_so_that_whoever_trusts_the_ca_can_check),
        TEST(an_installs_certificate_and_another_ca_sign_nothing),
        TEST(holds_for_nothing_that_was_changed_in_a_bit),
        TEST(makes_its_signing_key_where_it_has_none),
    };

    return RUN_UNIT("server.vault.signing", tests);
}
