/*
 * passphrase.h: the second factor: what a person knows, from CIMONITOR_PASSPHRASE or typed at the terminal.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { PASSPHRASE_SIZE = 256 };

/* At most PASSPHRASE_SIZE − 1 bytes; `twice`: a new one, typed again. Wipe it after use (OPENSSL_cleanse); a fault leaves nothing in it. */
int passphrase_ask(char out[PASSPHRASE_SIZE], bool twice);
