/*
 * one_vault.h: a vault in a folder of its own, and an arena, for the tests of one file (setup make, teardown end).
 */
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "server/vault/vault.h"
#include "tests/support/folder.h"

static const uint64_t day_ms = 86400000, now_ms = 1795000000000; /* 2026-11-18 */

static struct vault *vault;
static struct arena *arena;

static inline int make_with(const char *host)
{
    return vault_create(in_folder("v"), host, now_ms) == 0 ? vault_open(&vault, in_folder("v"), now_ms) : -1;
}

static inline int make(void **state)
{
    return folder_make(state) == 0 && arena_new(&arena, 1 << 20) == 0 ? make_with("monitor.example.nl") : -1;
}

static inline int end(void **state)
{
    vault = vault_close(vault);
    arena = arena_free(arena);
    return folder_remove(state);
}

static inline struct bytes text(const char *words)
{
    return bytes_of(words, strlen(words));
}

/* A request for the key, signed by `signer`, in the arena. */
static inline struct bytes request_for(EVP_PKEY *key, EVP_PKEY *signer)
{
    X509_REQ *request = X509_REQ_new();
    unsigned char *der = NULL;

    X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request), "CN", MBSTRING_UTF8, (const uint8_t *)"any", -1, -1,
                               0);
    assert_int_equal(X509_REQ_set_pubkey(request, key), 1);
    assert_true(X509_REQ_sign(request, signer, EVP_sha256()) > 0);
    int size = i2d_X509_REQ(request, &der);
    struct bytes out = bytes_of(arena_copy(arena, der, (size_t)size), (size_t)size);
    OPENSSL_free(der);
    X509_REQ_free(request);
    return out;
}
