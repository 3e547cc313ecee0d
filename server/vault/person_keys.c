/*
 * person_keys.c: a key per person, and what is encrypted under it.
 *
 * Owns the folder "persons": a file a person, 32 random bytes. Erasing the file is what makes names unreadable for
 * ever, in the journal and in old backups of it, so keys are read anew each time and kept nowhere else. Any thread.
 *
 * Sealed details: nonce (12), ciphertext, tag (16): AES-256-GCM with the person's id as associated data, so that what
 * is one person's cannot be shown as another's.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "common/base/fault.h"
#include "common/base/file.h"
#include "common/tls/key.h"
#include "server/vault/vault_inside.h"

enum { NONCE_BYTES = 12, TAG_BYTES = 16, PERSON_MAX = 64, DETAILS_MAX = 1 << 20 };

static inline EVP_CIPHER_CTX *cipher_free(EVP_CIPHER_CTX *cipher)
{
    EVP_CIPHER_CTX_free(cipher);
    return NULL;
}
DEFINE_CLEANUP(EVP_CIPHER_CTX, cipher_free)

static inline void key_wipe_at(uint8_t (*key)[VAULT_KEY_BYTES])
{
    OPENSSL_cleanse(*key, sizeof *key);
}

/* The id becomes a file's name. */
static int check_person(const char *person)
{
    size_t size = strlen(person);

    if (size == 0 || size > PERSON_MAX ||
        strspn(person, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") != size)
        return FAULT(FAULT_INVALID, "\"%.64s\" cannot be the id of a person", person);
    return 0;
}

/* Outcome VAULT_NO_KEY. */
static int read_key(const struct vault *vault, const char *person, uint8_t key[VAULT_KEY_BYTES])
{
    size_t size;
    int result;

    TRY(check_person(person));
    result = file_load(vault->persons, person, key, VAULT_KEY_BYTES, &size);
    if (result == FILE_NONE)
        return VAULT_NO_KEY;
    TRY(result);
    if (size != VAULT_KEY_BYTES)
        return FAULT(FAULT_CORRUPT, "%s/%s is cut short: restore it from a backup", vault->persons, person);
    return 0;
}

static int read_or_make_key(struct vault *vault, const char *person, uint8_t key[VAULT_KEY_BYTES])
{
    int result;

    pthread_mutex_lock(&vault->person_lock);
    result = read_key(vault, person, key);
    if (result == VAULT_NO_KEY) {
        random_bytes(key, VAULT_KEY_BYTES);
        result = file_replace(vault->persons, person, bytes_of(key, VAULT_KEY_BYTES));
    }
    pthread_mutex_unlock(&vault->person_lock);
    return result;
}

static bool encrypt(EVP_CIPHER_CTX *cipher, const uint8_t *key, const char *person, struct bytes plain, uint8_t *out)
{
    uint8_t *text = out + NONCE_BYTES;
    int size;

    return EVP_EncryptInit_ex2(cipher, EVP_aes_256_gcm(), key, out, NULL) == 1 &&
           EVP_EncryptUpdate(cipher, NULL, &size, (const uint8_t *)person, (int)strlen(person)) == 1 &&
           EVP_EncryptUpdate(cipher, text, &size, plain.data, (int)plain.size) == 1 &&
           EVP_EncryptFinal_ex(cipher, text + plain.size, &size) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, text + plain.size) == 1;
}

static bool decrypt(EVP_CIPHER_CTX *cipher, const uint8_t *key, const char *person, struct bytes sealed, uint8_t *out)
{
    const uint8_t *nonce = sealed.data, *text = nonce + NONCE_BYTES;
    size_t text_size = sealed.size - NONCE_BYTES - TAG_BYTES;
    uint8_t tag[TAG_BYTES];
    int size;

    memcpy(tag, text + text_size, sizeof tag);
    return EVP_DecryptInit_ex2(cipher, EVP_aes_256_gcm(), key, nonce, NULL) == 1 &&
           EVP_DecryptUpdate(cipher, NULL, &size, (const uint8_t *)person, (int)strlen(person)) == 1 &&
           EVP_DecryptUpdate(cipher, out, &size, text, (int)text_size) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, tag) == 1 &&
           EVP_DecryptFinal_ex(cipher, out + text_size, &size) == 1;
}

int vault_close_details(struct vault *vault, const char *person, struct bytes plain, struct arena *arena,
                        struct bytes *sealed)
{
    CLEANUP(cipher_free) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    CLEANUP(key_wipe) uint8_t key[VAULT_KEY_BYTES];
    uint8_t *out;
    size_t size = NONCE_BYTES + plain.size + TAG_BYTES;

    arena_keep_secret(arena); /* the details are in it too */
    if (plain.size > DETAILS_MAX)
        return FAULT(FAULT_INVALID, "the details of a person are at most %d bytes", DETAILS_MAX);
    out = arena_alloc(arena, size);
    if (!out || !cipher)
        return FAULT(FAULT_MEMORY, "no memory left in this request for a person's details");
    TRY(read_or_make_key(vault, person, key));
    random_bytes(out, NONCE_BYTES);
    if (!encrypt(cipher, key, person, bytes_of(plain.size > 0 ? plain.data : "", plain.size), out))
        return crypto_fault("encrypting a person's details");
    *sealed = bytes_of(out, size);
    return 0;
}

int vault_open_details(struct vault *vault, const char *person, struct bytes sealed, struct arena *arena,
                       struct bytes *plain)
{
    CLEANUP(cipher_free) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    CLEANUP(key_wipe) uint8_t key[VAULT_KEY_BYTES];
    uint8_t *out;
    int result;

    if (sealed.size < NONCE_BYTES + TAG_BYTES || sealed.size > NONCE_BYTES + DETAILS_MAX + TAG_BYTES)
        return FAULT(FAULT_CORRUPT, "the details of person %.64s are damaged", person);
    size_t size = sealed.size - NONCE_BYTES - TAG_BYTES;
    out = arena_alloc(arena, size + 1); /* no details are still somewhere */
    if (!out || !cipher)
        return FAULT(FAULT_MEMORY, "no memory left in this request for a person's details");
    result = read_key(vault, person, key);
    if (result != 0)
        return result;
    arena_keep_secret(arena);
    if (!decrypt(cipher, key, person, sealed, out))
        return VAULT_OTHER_KEY;
    *plain = bytes_of(out, size);
    return 0;
}

int vault_erase_person(struct vault *vault, const char *person)
{
    int result;

    TRY(check_person(person));
    pthread_mutex_lock(&vault->person_lock);
    result = file_remove(vault->persons, person);
    pthread_mutex_unlock(&vault->person_lock);
    return result;
}
