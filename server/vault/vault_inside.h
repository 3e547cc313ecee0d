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

/* The server's own beside those of TLS and the CA. */
enum { SIGNING_KEY, LETTERBOX_KEY, OWN_KEYS };
struct own_key {
    EVP_PKEY *key;
    X509 *certificate;
    struct bytes der; /* of the certificate */
};

struct vault {
    char *folder, *persons; /* persons: the folder of their keys */
    char *ca_file, *server_certificate_file, *server_key_file;
    EVP_PKEY *ca_key;
    X509 *ca;
    struct bytes ca_der; /* malloc'ed by OpenSSL, as are those of own keys */
    struct own_key own[OWN_KEYS];
    struct sealing_key seals[VAULT_SEALS_MAX]; /* by id; the last one seals */
    size_t seal_count;
    uint8_t cursor_key[VAULT_KEY_BYTES];
    pthread_mutex_t person_lock; /* while a person's key is made or erased */
};

/* The files of a new vault's authority, and a server certificate for the host. */
int authority_create(const char *folder, const char *host, uint64_t now_ms);
/* The keys, and their certificates by the CA. */
int own_keys_create(const char *folder, EVP_PKEY *ca_key, X509 *ca);
/* Into the vault, after the CA; none where there are no files of it. */
int own_keys_load(struct vault *vault);
/* FAULT_MISSING where there is none yet. */
int own_key_find(const struct vault *vault, size_t which, const struct own_key **own);
void own_keys_free(struct vault *vault);
/* Reads the CA's key and certificate into the vault. */
int authority_load(struct vault *vault);
