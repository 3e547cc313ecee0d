#include "server/vault/letterbox.h"

#include <unistd.h>

#include "common/base/fault.h"
#include "common/tls/envelope.h"
#include "tests/support/one_vault.h"

/* An install of this vault's, as its home has it. */
struct install {
    EVP_PKEY *key;
    X509 *certificate;
};

static X509 *parse(struct bytes der)
{
    const unsigned char *at = der.data;

    return d2i_X509(NULL, &at, (long)der.size);
}

static struct install install_new(void)
{
    struct install install = { .key = EVP_EC_gen("P-256") };
    struct issued issued;

    assert_int_equal(
        vault_issue(vault, request_for(install.key, install.key), "p0011223344556677", now_ms, arena, &issued), 0);
    install.certificate = parse(issued.certificate);
    return install;
}

static void install_done(struct install *install)
{
    EVP_PKEY_free(install->key);
    X509_free(install->certificate);
}

static struct bytes letter_of(const struct install *install, struct bytes content)
{
    X509 *letterbox = parse(vault_letterbox_certificate(vault));
    struct bytes sealed;

    assert_int_equal(envelope_seal(content, &(struct envelope_author){ install->key, install->certificate }, letterbox,
                                   arena, &sealed),
                     0);
    X509_free(letterbox);
    return sealed;
}

static int open_at(struct bytes sealed, uint64_t at_ms, struct opened_letter *letter)
{
    return vault_open_letter(vault, sealed, at_ms, arena, letter);
}

static void a_letter_comes_in_and_its_answer_goes_back(void **state)
{
    struct install install = install_new();
    struct bytes content = text("een antwoord"), sealed = letter_of(&install, content), answer, back;
    struct opened_letter letter;
    X509 *ca = parse(vault_ca_certificate(vault)), *signer = NULL;
    (void)state;

    assert_true(sealed.size < content.size + ENVELOPE_OVERHEAD_MAX);
    assert_null(memmem(sealed.data, sealed.size, content.data, content.size)); /* nobody reads it on its way */
    assert_int_equal(open_at(sealed, now_ms, &letter), 0);
    assert_true(bytes_equal(letter.content, content));
    assert_string_equal(letter.author.person, "p0011223344556677");
    assert_true(letter.author.present && letter.author.not_after_ms == now_ms + VAULT_CERTIFICATE_DAYS * day_ms);

    assert_int_equal(vault_seal_letter(vault, text("aangenomen"), letter.certificate, arena, &answer), 0);
    assert_null(memmem(answer.data, answer.size, "aangenomen", 10));
    struct envelope_reader home = {
        .key = install.key, .certificate = install.certificate, .ca = ca, .now_ms = now_ms
    };
    assert_int_equal(envelope_open(answer, &home, arena, &back, &signer), 0);
    assert_true(bytes_equal(back, text("aangenomen")));
    assert_true(signature_is_signer(signer));
    assert_false(signature_is_signer(install.certificate));
    X509_free(signer);
    X509_free(ca);
    install_done(&install);
}

static void a_letter_that_was_touched_is_nobodys(void **state)
{
    struct install install = install_new();
    struct bytes sealed = letter_of(&install, text("een antwoord"));
    uint8_t *copy = arena_copy(arena, sealed.data, sealed.size);
    struct opened_letter letter;
    (void)state;

    for (size_t i = 0; i < sealed.size; i++) {
        copy[i] ^= 1;
        int result = open_at(bytes_of(copy, sealed.size), now_ms, &letter);

        assert_true(result == VAULT_UNREADABLE || (result == 0 && bytes_equal(letter.content, text("een antwoord"))));
        copy[i] ^= 1;
        assert_int_equal(open_at(bytes_of(copy, i), now_ms, &letter), VAULT_UNREADABLE);
    }
    assert_int_equal(open_at(text("geen brief"), now_ms, &letter), VAULT_UNREADABLE);
    install_done(&install);
}

static void a_letter_for_another_server_or_by_another_ca_is_not_read(void **state)
{
    struct install install = install_new(), stranger;
    struct bytes elsewhere = letter_of(&install, text("x"));
    struct opened_letter letter;
    (void)state;

    vault = vault_close(vault);
    assert_int_equal(vault_create(in_folder("other"), "localhost", now_ms), 0);
    assert_int_equal(vault_open(&vault, in_folder("other"), now_ms), 0);
    assert_int_equal(open_at(elsewhere, now_ms, &letter), VAULT_ELSEWHERE);
    stranger = install; /* of the first vault's CA, writing to the second's letterbox */
    assert_int_equal(open_at(letter_of(&stranger, text("x")), now_ms, &letter), VAULT_UNREADABLE);
    install_done(&install);
}

static void a_letter_lies_for_a_while_and_its_author_may_have_expired_meanwhile(void **state)
{
    struct install install = install_new();
    struct bytes sealed = letter_of(&install, text("x"));
    struct opened_letter letter;
    uint64_t ends_ms = now_ms + VAULT_CERTIFICATE_DAYS * day_ms;
    (void)state;

    assert_int_equal(open_at(sealed, ends_ms + day_ms, &letter), 0);
    assert_int_equal(letter.author.not_after_ms, ends_ms);
    assert_int_equal(open_at(sealed, ends_ms + 401 * day_ms, &letter), VAULT_UNREADABLE);
    assert_int_equal(open_at(sealed, now_ms - 10 * day_ms, &letter), VAULT_UNREADABLE);
    install_done(&install);
}

static void an_answer_is_opened_after_the_certificate_was_renewed(void **state)
{
    struct install install = install_new();
    struct bytes sealed = letter_of(&install, text("x")), answer, back;
    struct opened_letter letter;
    struct issued issued;
    X509 *ca = parse(vault_ca_certificate(vault)), *signer = NULL;
    (void)state;

    assert_int_equal(open_at(sealed, now_ms, &letter), 0);
    assert_int_equal(vault_seal_letter(vault, text("aangenomen"), letter.certificate, arena, &answer), 0);
    assert_int_equal(
        vault_issue(vault, request_for(install.key, install.key), "p0011223344556677", now_ms, arena, &issued), 0);
    X509 *second = parse(issued.certificate);
    struct envelope_reader home = { .key = install.key, .certificate = second, .ca = ca, .now_ms = now_ms };
    assert_int_equal(envelope_open(answer, &home, arena, &back, &signer), 0);
    X509_free(second);
    X509_free(signer);
    X509_free(ca);
    install_done(&install);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_letter_comes_in_and_its_answer_goes_back),
        TEST(an_answer_is_opened_after_the_certificate_was_renewed),
        TEST(a_letter_that_was_touched_is_nobodys),
        TEST(a_letter_for_another_server_or_by_another_ca_is_not_read),
        TEST(a_letter_lies_for_a_while_and_its_author_may_have_expired_meanwhile),
    };

    return RUN_UNIT("server.vault.letterbox", tests);
}
