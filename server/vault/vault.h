/*
 * vault.h: what must be neither in the journal nor in a backup in the clear.
 *
 * The CA's key and certificate, the server's for TLS, for signing and for letters, the sealing and cursor keys, and a key per
 * person. Files in a folder of mode 0700, each 0600, replaced whole (write, fsync, rename, fsync the folder).
 * Secrets are wiped from memory after use and never logged. Thread-safe after opening; person keys are added
 * under a lock.
 */
#pragma once

#include <openssl/x509.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/bytes.h"
#include "common/base/cleanup.h"
#include "common/base/digest.h"
#include "common/tls/signature.h"

struct vault;

enum {
    VAULT_CERTIFICATE_DAYS = 90, /* of an install */
    VAULT_SERVER_DAYS = 397,     /* of the server itself; renewed at start when less than a third is left */
    VAULT_CA_DAYS = 7300,
};

enum vault_outcome {
    VAULT_NO_KEY = 1,  /* vault_open_details: the person's key was erased, or this vault is from before it was made */
    VAULT_OTHER_KEY,   /* vault_open_details: not closed under the key that there is, or touched since */
    VAULT_BAD_REQUEST, /* vault_issue: not a well-formed request with a P-256 key and a valid signature */
};

/* `host`: goes into the server certificate as DNS name or IP address. */
int vault_create(const char *path, const char *host, uint64_t now_ms);
/* Changes nothing: keys that an older vault lacks are made by vault_complete. */
int vault_open(struct vault **out, const char *path, uint64_t now_ms);
/* The server's own keys that there are not yet. For who owns the folder alone: the server, and who restores. */
int vault_complete(struct vault *vault);
struct vault *vault_close(struct vault *vault);
DEFINE_CLEANUP(struct vault, vault_close)

void vault_ca_fingerprint(const struct vault *vault, uint8_t out[DIGEST_BYTES]);
struct bytes vault_ca_certificate(const struct vault *vault); /* DER, lives as long as the vault */
/* Paths of the PEM files for tls_context; valid as long as the vault. */
const char *vault_ca_file(const struct vault *vault);
const char *vault_server_certificate_file(const struct vault *vault); /* chain: leaf, CA */
const char *vault_server_key_file(const struct vault *vault);
/* Makes a new server certificate where less than a third of its days is left. */
int vault_renew_server(struct vault *vault, const char *host, uint64_t now_ms);

/* A client certificate for the request's key: CN = install id, O = person id, extended key usage clientAuth. */
struct issued {
    struct bytes certificate;          /* DER, in the arena */
    uint8_t fingerprint[DIGEST_BYTES]; /* of the public key */
    uint8_t serial[16];
    uint64_t not_after_ms;
};
int vault_request_fingerprint(struct bytes request, uint8_t out[DIGEST_BYTES]); /* outcome VAULT_BAD_REQUEST */
int vault_issue(struct vault *vault, struct bytes request, const char *person, uint64_t now_ms, struct arena *arena,
                struct issued *issued);
/* The certificate of this serial and end once more, where its first copy was lost on the way. */
int vault_issue_again(struct vault *vault, struct bytes request, const char *person, const uint8_t serial[16],
                      uint64_t not_after_ms, struct arena *arena, struct issued *issued);

/* By the key for signing (common/tls/signature.h says what is signed), and that key's certificate: DER, the vault's. */
int vault_sign(const struct vault *vault, const char *purpose, struct bytes content, struct signature *signature);
struct bytes vault_signing_certificate(const struct vault *vault);

/* HMAC with the sealing key (records) and the cursor key; each key has an id, old ids stay valid for checking. */
uint32_t vault_seal(const struct vault *vault, const struct bytes *parts, size_t count, uint8_t out[DIGEST_BYTES]);
bool vault_check_seal(const struct vault *vault, uint32_t key, const struct bytes *parts, size_t count,
                      const uint8_t seal[DIGEST_BYTES]);
void vault_sign_cursor(const struct vault *vault, const struct bytes *parts, size_t count, uint8_t out[DIGEST_BYTES]);

/* Encrypts under the person's key, which is made and stored durably first where there is none. */
int vault_close_details(struct vault *vault, const char *person, struct bytes plain, struct arena *arena,
                        struct bytes *sealed);
int vault_open_details(struct vault *vault, const char *person, struct bytes sealed, struct arena *arena,
                       struct bytes *plain);
int vault_erase_person(struct vault *vault, const char *person);
