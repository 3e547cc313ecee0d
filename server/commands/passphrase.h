/*
 * passphrase.h: the passphrase of a backup: from a file, a descriptor, or the terminal; never from the command line or the
 * environment, where others can read it. Main thread.
 */
#pragma once

#include <openssl/crypto.h>

#include "server/commands/command.h"
#include "server/vault/sealed.h"

struct passphrase {
    size_t size;
    char text[SEALED_PASSPHRASE_MAX + 2]; /* and a line's end */
};
static inline void passphrase_wipe_at(struct passphrase *passphrase)
{
    OPENSSL_cleanse(passphrase, sizeof *passphrase);
}

/* As the options say; at the terminal where they say nothing, typed again where it is a new one. */
int passphrase_get(const struct arguments *arguments, bool is_new, struct passphrase *passphrase);
