/*
 * letterbox.c: letters for the server, opened, and its answers to them, sealed. What is in them, and who may send what, is
 * not known here. Any thread.
 */
#include "server/vault/letterbox.h"

#include <openssl/err.h>

#include "common/base/fault.h"
#include "common/tls/envelope.h"
#include "server/vault/vault_inside.h"

_Static_assert((int)VAULT_LETTER_OVERHEAD >= (int)ENVELOPE_OVERHEAD_MAX, "room for what sealing adds");

struct bytes vault_letterbox_certificate(const struct vault *vault)
{
    return vault->own[LETTERBOX_KEY].der;
}

static int encode(X509 *certificate, struct arena *arena, struct bytes *out)
{
    unsigned char *der = NULL;
    int size = i2d_X509(certificate, &der);

    if (size < 0)
        return crypto_fault("encoding a certificate");
    *out = bytes_of(arena_copy(arena, der, (size_t)size), (size_t)size);
    OPENSSL_free(der);
    return out->data ? 0 : FAULT(FAULT_MEMORY, "no memory left in this request for a letter");
}

int vault_open_letter(const struct vault *vault, struct bytes sealed, uint64_t now_ms, struct arena *arena,
                      struct opened_letter *letter)
{
    const struct own_key *own = NULL;

    TRY(own_key_find(vault, LETTERBOX_KEY, &own));
    const struct envelope_reader reader = {
        .key = own->key, .certificate = own->certificate, .ca = vault->ca, .now_ms = now_ms
    };
    CLEANUP(certificate_free) X509 *author = NULL;
    int result = envelope_open(sealed, &reader, arena, &letter->content, &author);

    if (result != 0)
        return result == ENVELOPE_ELSEWHERE ? VAULT_ELSEWHERE : result > 0 ? VAULT_UNREADABLE : result;
    if (!tls_peer_of(author, &letter->author))
        return VAULT_UNREADABLE;
    return encode(author, arena, &letter->certificate);
}

int vault_seal_letter(const struct vault *vault, struct bytes content, struct bytes certificate, struct arena *arena,
                      struct bytes *sealed)
{
    const struct own_key *own = NULL;
    const unsigned char *at = certificate.data;
    CLEANUP(certificate_free) X509 *reader = d2i_X509(NULL, &at, (long)certificate.size);

    if (!reader)
        return crypto_fault("reading the certificate of a letter's author");
    TRY(own_key_find(vault, SIGNING_KEY, &own));
    return envelope_seal(content, &(struct envelope_author){ own->key, own->certificate }, reader, arena, sealed);
}
