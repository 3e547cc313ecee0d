/*
 * digest.c: SHA-256 and HMAC over OpenSSL. The algorithms are fetched once a process and each thread keeps one context
 * of each, since fetching and allocating cost more than hashing a short value does. Any thread.
 */
#include "common/base/digest.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

#include "common/base/check.h"

struct contexts {
    EVP_MD_CTX *digest;
    EVP_MAC_CTX *mac;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t thread_end;
static EVP_MD *sha256;
static EVP_MAC *hmac;
static _Thread_local struct contexts *mine;

static void contexts_free(void *pointer)
{
    struct contexts *contexts = pointer;

    EVP_MD_CTX_free(contexts->digest);
    EVP_MAC_CTX_free(contexts->mac);
    free(contexts);
    mine = NULL;
}

static void fetch(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    CHECK(sha256 != NULL);
    CHECK(hmac != NULL);
    CHECK(pthread_key_create(&thread_end, contexts_free) == 0);
}

static struct contexts *contexts_new(void)
{
    struct contexts *contexts = calloc(1, sizeof *contexts);
    char name[] = "SHA256";
    OSSL_PARAM digest[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0), OSSL_PARAM_END };
    bool done;

    CHECK(pthread_once(&once, fetch) == 0);
    CHECK(contexts != NULL);
    contexts->digest = EVP_MD_CTX_new();
    contexts->mac = EVP_MAC_CTX_new(hmac);
    CHECK(contexts->digest != NULL);
    CHECK(contexts->mac != NULL);
    done = EVP_MAC_CTX_set_params(contexts->mac, digest) == 1;
    CHECK(done);
    done = pthread_setspecific(thread_end, contexts) == 0;
    CHECK(done);
    return contexts;
}

static struct contexts *contexts_mine(void)
{
    if (!mine)
        mine = contexts_new();
    return mine;
}

void digest_parts(uint8_t out[DIGEST_BYTES], const struct bytes *parts, size_t count)
{
    EVP_MD_CTX *context = contexts_mine()->digest;
    int done = EVP_DigestInit_ex2(context, sha256, NULL);

    for (size_t i = 0; done == 1 && i < count; i++)
        done = EVP_DigestUpdate(context, parts[i].data, parts[i].size);
    if (done == 1)
        done = EVP_DigestFinal_ex(context, out, NULL);
    CHECK(done == 1);
}

void digest_bytes(uint8_t out[DIGEST_BYTES], const void *bytes, size_t size)
{
    struct bytes part = { bytes, size };

    digest_parts(out, &part, 1);
}

void digest_hmac(uint8_t out[DIGEST_BYTES], struct bytes key, const struct bytes *parts, size_t count)
{
    EVP_MAC_CTX *context = contexts_mine()->mac;
    /* Without a pointer OpenSSL would take the key of the call before. */
    int done = EVP_MAC_init(context, key.size > 0 ? key.data : "", key.size, NULL);
    size_t size;

    for (size_t i = 0; done == 1 && i < count; i++)
        if (parts[i].size > 0)
            done = EVP_MAC_update(context, parts[i].data, parts[i].size);
    if (done == 1)
        done = EVP_MAC_final(context, out, &size, DIGEST_BYTES);
    CHECK(done == 1);
}

bool digest_equal(const void *a, const void *b, size_t size)
{
    return CRYPTO_memcmp(a, b, size) == 0;
}

void id_new(uint8_t id[ID_BYTES], uint64_t now_ms)
{
    enum { TIME_BYTES = 6 };

    for (int i = 0; i < TIME_BYTES; i++)
        id[i] = (uint8_t)(now_ms >> (8 * (TIME_BYTES - 1 - i)));
    random_bytes(id + TIME_BYTES, ID_BYTES - TIME_BYTES);
}

void random_bytes(void *out, size_t size)
{
    uint8_t *at = out;

    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);

        CHECK(got > 0 || errno == EINTR);
        if (got > 0) {
            at += got;
            size -= (size_t)got;
        }
    }
}
