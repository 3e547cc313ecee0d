/*
 * invitation_code.h: the text of an invitation: HOST:PORT, a slash, and 55 characters of base32 that hold the secret,
 * the beginning of the CA's fingerprint and a check (PROTOCOL.md section 4). Pure; any thread.
 */
#pragma once

#include <stdint.h>

#include "common/base/bytes.h"

enum {
    INVITATION_SECRET_BYTES = 16,
    INVITATION_CA_BYTES = 16,      /* the first of the SHA-256 of the CA certificate */
    INVITATION_ADDRESS_SIZE = 264, /* HOST:PORT; a host name has at most 255 bytes */
    INVITATION_CODE_SIZE = INVITATION_ADDRESS_SIZE + 56,
};

struct invitation_code {
    char address[INVITATION_ADDRESS_SIZE]; /* as given: "host:port", "[::1]:7443" */
    char host[INVITATION_ADDRESS_SIZE];    /* without the brackets of an IPv6 address */
    uint16_t port;
    uint8_t secret[INVITATION_SECRET_BYTES];
    uint8_t ca[INVITATION_CA_BYTES];
};

enum invitation_code_outcome { INVITATION_CODE_INVALID = 1 };

/* Fills address, host and port: a name of letters, digits, dots and hyphens, or a numeric address, and a port. */
int invitation_address_parse(struct invitation_code *code, const char *address);
/* From address, secret and ca. INVITATION_CODE_INVALID where the address is none. */
int invitation_code_print(const struct invitation_code *code, char out[INVITATION_CODE_SIZE]);
/* White space around it and either case are accepted; a typing mistake fails the check. */
int invitation_code_parse(struct invitation_code *code, const char *text);
