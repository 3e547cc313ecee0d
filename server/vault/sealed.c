/*
 * sealed.c: scrypt and AES-256-GCM over one run of bytes. Knows nothing of files.
 */
#include "server/vault/sealed.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "common/base/cleanup.h"
#include "common/base/digest.h"
#include "common/tls/key.h"

static const uint8_t magic[8] = { 'C', 'I', 'V', 'A', 'U', 'L', 'T', '1' };

enum { AT_COST = 8, AT_SALT = 20, AT_NONCE = 52, AT_SIZE = 64, AT_CHECK = 76 };
enum { SALT_BYTES = 32, NONCE_BYTES = 12, KEY_BYTES = 32, CHECK_BYTES = 16 };
/* 2^17 × 8 × 128 bytes: 128 MiB. A header that asks for more than four times that is not obeyed. */
enum { COST_LOG = 17, COST_LOG_MIN = 14, COST_LOG_MAX = 19, BLOCKS = 8, LANES = 1, LANES_MAX = 4 };

struct keys {
    uint8_t key[KEY_BYTES], check[CHECK_BYTES];
};
static inline void keys_wipe_at(struct keys *keys)
{
    OPENSSL_cleanse(keys, sizeof *keys);
}

static inline EVP_CIPHER_CTX *cipher_free(EVP_CIPHER_CTX *cipher)
{
    EVP_CIPHER_CTX_free(cipher);
    return NULL;
}
DEFINE_CLEANUP(EVP_CIPHER_CTX, cipher_free)

/* With the header's salt and cost. */
static int derive(const uint8_t *header, struct bytes passphrase, struct keys *keys)
{
    enum { MEMORY_MAX = 640 * 1024 * 1024 };
    uint32_t cost = get_u32(header + AT_COST), blocks = get_u32(header + AT_COST + 4),
             lanes = get_u32(header + AT_COST + 8);

    if (cost < COST_LOG_MIN || cost > COST_LOG_MAX || blocks != BLOCKS || lanes == 0 || lanes > LANES_MAX)
        return FAULT(FAULT_CORRUPT, "the copy of the vault is damaged in its first bytes: take another copy");
    _Static_assert(sizeof *keys == KEY_BYTES + CHECK_BYTES, "scrypt fills both");
    if (EVP_PBE_scrypt(passphrase.data, passphrase.size, header + AT_SALT, SALT_BYTES, (uint64_t)1 << cost, blocks,
                       lanes, MEMORY_MAX, (uint8_t *)keys, sizeof *keys) != 1)
        return crypto_fault("making a key of the passphrase");
    return 0;
}

static bool encrypt(EVP_CIPHER_CTX *cipher, const uint8_t *key, struct bytes content, uint8_t *out)
{
    uint8_t *text = out + SEALED_HEADER_BYTES;
    int size;

    return EVP_EncryptInit_ex2(cipher, EVP_aes_256_gcm(), key, out + AT_NONCE, NULL) == 1 &&
           EVP_EncryptUpdate(cipher, NULL, &size, out, SEALED_HEADER_BYTES) == 1 &&
           EVP_EncryptUpdate(cipher, text, &size, content.data, (int)content.size) == 1 &&
           EVP_EncryptFinal_ex(cipher, text + content.size, &size) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, SEALED_TAG_BYTES, text + content.size) == 1;
}

static bool decrypt(EVP_CIPHER_CTX *cipher, const uint8_t *key, struct bytes sealed, uint8_t *out, size_t content_size)
{
    const uint8_t *header = sealed.data, *text = header + SEALED_HEADER_BYTES;
    uint8_t tag[SEALED_TAG_BYTES];
    int size;

    memcpy(tag, text + content_size, sizeof tag);
    return EVP_DecryptInit_ex2(cipher, EVP_aes_256_gcm(), key, header + AT_NONCE, NULL) == 1 &&
           EVP_DecryptUpdate(cipher, NULL, &size, header, SEALED_HEADER_BYTES) == 1 &&
           EVP_DecryptUpdate(cipher, out, &size, text, (int)content_size) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, SEALED_TAG_BYTES, tag) == 1 &&
           EVP_DecryptFinal_ex(cipher, out + content_size, &size) == 1;
}

static void write_header(uint8_t *header, size_t content_size)
{
    memset(header, 0, SEALED_HEADER_BYTES);
    memcpy(header, magic, sizeof magic);
    put_u32(header + AT_COST, COST_LOG);
    put_u32(header + AT_COST + 4, BLOCKS);
    put_u32(header + AT_COST + 8, LANES);
    random_bytes(header + AT_SALT, SALT_BYTES);
    random_bytes(header + AT_NONCE, NONCE_BYTES);
    put_u64(header + AT_SIZE, content_size);
}

int sealed_make(struct bytes content, struct bytes passphrase, uint8_t **sealed, size_t *size)
{
    CLEANUP(cipher_free) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    CLEANUP(keys_wipe) struct keys keys;
    size_t whole = SEALED_HEADER_BYTES + content.size + SEALED_TAG_BYTES;

    if (passphrase.size < SEALED_PASSPHRASE_MIN || passphrase.size > SEALED_PASSPHRASE_MAX)
        return FAULT(FAULT_INVALID, "a passphrase for the vault has %d to %d bytes: this one has %zu",
                     SEALED_PASSPHRASE_MIN, SEALED_PASSPHRASE_MAX, passphrase.size);
    CLEANUP(memory_free) uint8_t *out = malloc(whole);

    if (!out || !cipher)
        return FAULT(FAULT_MEMORY, "no memory for a copy of the vault");
    write_header(out, content.size);
    TRY(derive(out, passphrase, &keys));
    memcpy(out + AT_CHECK, keys.check, CHECK_BYTES);
    if (!encrypt(cipher, keys.key, content, out))
        return crypto_fault("encrypting the copy of the vault");
    *sealed = TAKE(&out);
    *size = whole;
    return 0;
}

int sealed_open(struct bytes sealed, struct bytes passphrase, struct vault_content *content)
{
    CLEANUP(cipher_free) EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    CLEANUP(vault_content_wipe) struct vault_content opened = { 0 };
    CLEANUP(keys_wipe) struct keys keys;
    const uint8_t *header = sealed.data;
    size_t size = sealed.size - SEALED_HEADER_BYTES - SEALED_TAG_BYTES;

    if (sealed.size < SEALED_HEADER_BYTES + SEALED_TAG_BYTES || sealed.size > SEALED_BYTES_MAX ||
        memcmp(header, magic, sizeof magic) != 0 || get_u64(header + AT_SIZE) != size)
        return FAULT(FAULT_CORRUPT, "the copy of the vault is damaged or cut short: take another copy");
    TRY(derive(header, passphrase, &keys));
    if (!digest_equal(keys.check, header + AT_CHECK, CHECK_BYTES))
        return SEALED_OTHER_PASSPHRASE;
    if (!cipher)
        return FAULT(FAULT_MEMORY, "no memory for a copy of the vault");
    TRY(vault_content_reserve(&opened, size + 1));
    if (!decrypt(cipher, keys.key, sealed, opened.data, size))
        return FAULT(FAULT_CORRUPT, "the copy of the vault is damaged: take another copy");
    opened.size = size;
    *content = opened;
    opened = (struct vault_content){ 0 };
    return 0;
}
