/*
 * vault_inside.h: what the files of this room share of an open vault; for this room alone.
 */
#pragma once

#include <openssl/evp.h>
#include <pthread.h>

#include "server/vault/vault.h"

enum { VAULT_KEY_BYTES = 32, VAULT_SEALS_MAX = 64 };

struct sealing_key {
    uint32_t id;
    uint8_t key[VAULT_KEY_BYTES];
};

struct vault {
    char *folder, *persons; /* persons: the folder of their keys */
    char *ca_file, *server_certificate_file, *server_key_file;
    EVP_PKEY *ca_key;
    X509 *ca;
    struct bytes ca_der; /* malloc'ed by OpenSSL, as is signing_der */
    EVP_PKEY *signing_key;
    struct bytes signing_der;
    struct sealing_key seals[VAULT_SEALS_MAX]; /* by id; the last one seals */
    size_t seal_count;
    uint8_t cursor_key[VAULT_KEY_BYTES];
    pthread_mutex_t person_lock; /* while a person's key is made or erased */
};

/* The files of a new vault's authority, and a server certificate for the host. */
int authority_create(const char *folder, const char *host, uint64_t now_ms);
/* The key for signing, and its certificate by the CA. */
int signing_create(const char *folder, EVP_PKEY *ca_key, X509 *ca);
/* Into the vault, after the CA; made first where there is none yet. */
int signing_load(struct vault *vault);
/* Reads the CA's key and certificate into the vault. */
int authority_load(struct vault *vault);
