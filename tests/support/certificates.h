/*
 * certificates.h: a CA, a server's and a client's certificate, made at run time in a temporary folder, as PEM files.
 */
#pragma once

#include <openssl/evp.h>
#include <stdint.h>

struct certificates {
    char folder[64];
    char ca[96], server[96], server_key[96], client[96]; /* files; `server` holds its chain */
    EVP_PKEY *client_key;
    uint8_t ca_fingerprint[32]; /* SHA-256 of the CA's certificate */
};

/* The client's certificate ends `client_ends_in` seconds from now (below 0: it has ended). The server is "localhost" and
 * 127.0.0.1. Anything that goes wrong ends the test. */
void certificates_make(struct certificates *out, long client_ends_in);
void certificates_remove(struct certificates *certificates);
