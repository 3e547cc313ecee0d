/*
 * letterbox.h: letters: requests that travel without a connection, sealed for the server and signed by an install, and its
 * answers, sealed for that install and signed by the server (common/tls/envelope.h). Any thread.
 */
#pragma once

#include "common/tls/channel.h"
#include "server/vault/vault.h"

enum { VAULT_LETTER_OVERHEAD = 8 * 1024 }; /* what sealing adds at most */

/* DER, the vault's: what letters for this server are sealed for. */
struct bytes vault_letterbox_certificate(const struct vault *vault);

struct opened_letter {
    struct bytes content, certificate; /* the author's, DER; in the arena */
    struct tls_peer author;            /* `expired` is not looked at: not_after_ms tells */
};
enum letter_outcome {
    VAULT_UNREADABLE = 1, /* changed, or nobody's that this server ever knew */
    VAULT_ELSEWHERE,      /* sealed for another server */
};
int vault_open_letter(const struct vault *vault, struct bytes sealed, uint64_t now_ms, struct arena *arena,
                      struct opened_letter *letter);
/* For the install with this certificate. */
int vault_seal_letter(const struct vault *vault, struct bytes content, struct bytes certificate, struct arena *arena,
                      struct bytes *sealed);
