/*
 * inside.h: what the files of this room share and nobody else sees.
 */
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "common/tls/channel.h"

enum { EXPIRED_TOLERATED_SECONDS = 400 * 24 * 60 * 60 }; /* so long may an install still renew */

struct tls_channel {
    SSL *ssl;
    BIO *in, *out; /* the SSL's own */
    enum tls_state state;
};

/* Why OpenSSL refused, in its own words: of this thread's newest OpenSSL error; never NULL. */
static inline const char *tls_reason(void)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());

    return reason ? reason : "no reason given";
}
