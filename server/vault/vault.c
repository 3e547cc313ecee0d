/*
 * vault.c: making, opening and closing the vault, and its two keys for sums: sealing and cursors.
 *
 * Owns the folder and the secrets in memory, which it wipes. After opening, any thread.
 */
#include "server/vault/vault.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/check.h"
#include "common/base/fault.h"
#include "common/base/file.h"
#include "server/vault/certificate.h"
#include "server/vault/vault_inside.h"

#define SEALING_KEYS "sealing.keys"
#define CURSOR_KEY   "cursor.key"
#define PERSONS      "persons"

/* The file of sealing keys: an id and a key, one after the other, ids rising. */
enum { SEAL_BYTES = 4 + VAULT_KEY_BYTES };

struct keys {
    uint8_t bytes[SEAL_BYTES * VAULT_SEALS_MAX];
};
static inline void keys_wipe_at(struct keys *keys)
{
    OPENSSL_cleanse(keys, sizeof *keys);
}

static int make_folder(const char *path)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return FAULT(FAULT_IO, "cannot make the vault's folder %s: %s", path, strerror(errno));
    if (chmod(path, 0700) != 0)
        return FAULT(FAULT_IO, "cannot close the vault's folder %s to others: %s", path, strerror(errno));
    return 0;
}

static int write_keys(const char *folder)
{
    CLEANUP(keys_wipe) struct keys keys;

    put_u32(keys.bytes, 1);
    random_bytes(keys.bytes + 4, VAULT_KEY_BYTES + VAULT_KEY_BYTES);
    TRY(file_replace(folder, CURSOR_KEY, bytes_of(keys.bytes + SEAL_BYTES, VAULT_KEY_BYTES)));
    return file_replace(folder, SEALING_KEYS, bytes_of(keys.bytes, SEAL_BYTES)); /* last: the vault is whole with it */
}

int vault_create(const char *path, const char *host, uint64_t now_ms)
{
    CLEANUP(memory_free) char *persons = NULL;

    TRY(file_path(&persons, path, PERSONS));
    if (file_exists(path, SEALING_KEYS)) /* written last: what has none was never finished */
        return FAULT(FAULT_STATE, "there is a vault at %s already: its keys are not replaced", path);
    TRY(make_folder(path));
    TRY(make_folder(persons));
    TRY(authority_create(path, host, now_ms));
    return write_keys(path);
}

static int load_exactly(const char *folder, const char *name, uint8_t *out, size_t size)
{
    size_t got;
    int result = file_load(folder, name, out, size, &got);

    if (result == FILE_NONE)
        return FAULT(FAULT_MISSING, "%s/%s is missing: restore the vault from a backup", folder, name);
    TRY(result);
    return got == size ? 0 : FAULT(FAULT_CORRUPT, "%s/%s is cut short: restore it from a backup", folder, name);
}

static int load_seals(struct vault *vault)
{
    CLEANUP(keys_wipe) struct keys file;
    uint32_t before = 0;
    size_t size;
    int result = file_load(vault->folder, SEALING_KEYS, file.bytes, sizeof file.bytes, &size);

    if (result == FILE_NONE)
        return FAULT(FAULT_MISSING, "there is no vault at %s: restore it from a backup", vault->folder);
    TRY(result);
    for (size_t at = 0; at + SEAL_BYTES <= size; at += SEAL_BYTES) {
        struct sealing_key *seal = &vault->seals[vault->seal_count++];

        seal->id = get_u32(file.bytes + at);
        memcpy(seal->key, file.bytes + at + 4, VAULT_KEY_BYTES);
        if (seal->id <= before)
            size = 1; /* out of order: not what was written */
        before = seal->id;
    }
    if (size == 0 || size % SEAL_BYTES != 0)
        return FAULT(FAULT_CORRUPT, "%s/%s is damaged: restore it from a backup", vault->folder, SEALING_KEYS);
    return 0;
}

int vault_open(struct vault **out, const char *path, uint64_t now_ms)
{
    CLEANUP(vault_close) struct vault *vault = calloc(1, sizeof *vault);

    if (!vault)
        return FAULT(FAULT_MEMORY, "no memory to open the vault %s", path);
    pthread_mutex_init(&vault->person_lock, NULL);
    vault->folder = strdup(path);
    if (!vault->folder)
        return FAULT(FAULT_MEMORY, "no memory to open the vault %s", path);
    TRY(file_path(&vault->persons, path, PERSONS));
    TRY(load_seals(vault));
    TRY(load_exactly(path, CURSOR_KEY, vault->cursor_key, VAULT_KEY_BYTES));
    TRY(authority_load(vault));
    TRY(own_keys_load(vault));
    if (certificate_end_ms(vault->ca) <= now_ms)
        return FAULT(FAULT_STATE, "the CA's certificate in %s has ended: check this machine's clock", path);
    *out = TAKE(&vault);
    return 0;
}

struct vault *vault_close(struct vault *vault)
{
    if (!vault)
        return NULL;
    pthread_mutex_destroy(&vault->person_lock);
    EVP_PKEY_free(vault->ca_key);
    X509_free(vault->ca);
    OPENSSL_free((void *)(uintptr_t)vault->ca_der.data);
    own_keys_free(vault);
    free(vault->folder);
    free(vault->persons);
    free(vault->ca_file);
    free(vault->server_certificate_file);
    free(vault->server_key_file);
    OPENSSL_cleanse(vault, sizeof *vault);
    free(vault);
    return NULL;
}

static void sum(const uint8_t key[VAULT_KEY_BYTES], const struct bytes *parts, size_t count, uint8_t out[DIGEST_BYTES])
{
    digest_hmac(out, bytes_of(key, VAULT_KEY_BYTES), parts, count);
}

uint32_t vault_seal(const struct vault *vault, const struct bytes *parts, size_t count, uint8_t out[DIGEST_BYTES])
{
    const struct sealing_key *newest = &vault->seals[vault->seal_count - 1];

    sum(newest->key, parts, count, out);
    return newest->id;
}

bool vault_check_seal(const struct vault *vault, uint32_t key, const struct bytes *parts, size_t count,
                      const uint8_t seal[DIGEST_BYTES])
{
    uint8_t expected[DIGEST_BYTES];

    for (size_t i = 0; i < vault->seal_count; i++) {
        if (vault->seals[i].id == key) {
            sum(vault->seals[i].key, parts, count, expected);
            return digest_equal(expected, seal, sizeof expected);
        }
    }
    return false;
}

void vault_sign_cursor(const struct vault *vault, const struct bytes *parts, size_t count, uint8_t out[DIGEST_BYTES])
{
    sum(vault->cursor_key, parts, count, out);
}
