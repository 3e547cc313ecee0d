/*
 * envelope.c: CMS SignedData inside AuthEnvelopedData, over OpenSSL. Knows nothing of what is inside, nor of who may send
 * it.
 */
#include "common/tls/envelope.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <string.h>

#include "common/base/fault.h"
#include "common/tls/inside.h"

static BIO *bio_free(BIO *bio)
{
    BIO_free(bio);
    return NULL;
}
DEFINE_CLEANUP(BIO, bio_free)

static CMS_ContentInfo *cms_free(CMS_ContentInfo *cms)
{
    CMS_ContentInfo_free(cms);
    return NULL;
}
DEFINE_CLEANUP(CMS_ContentInfo, cms_free)

/* ---- sealing ---- */

static BIO *reading(struct bytes bytes)
{
    return bytes.size <= INT32_MAX ? BIO_new_mem_buf(bytes.data, (int)bytes.size) : NULL;
}

static int copy_out(BIO *bio, struct arena *arena, struct bytes *out)
{
    char *data = NULL;
    long size = BIO_get_mem_data(bio, &data);

    *out = bytes_of(size >= 0 ? arena_copy(arena, data, (size_t)size) : NULL, (size_t)size);
    return out->data ? 0 : FAULT(FAULT_MEMORY, "out of memory for a letter");
}

int envelope_seal(struct bytes content, const struct envelope_author *author, X509 *reader, struct arena *arena,
                  struct bytes *out)
{
    const unsigned flags = CMS_BINARY | CMS_NOSMIMECAP;
    CLEANUP(bio_free) BIO *plain = reading(content);
    CLEANUP(bio_free) BIO *inner = BIO_new(BIO_s_mem());
    CLEANUP(bio_free) BIO *outer = BIO_new(BIO_s_mem());
    CLEANUP(cms_free) CMS_ContentInfo *letter = NULL;
    CLEANUP(cms_free) CMS_ContentInfo *envelope = NULL;
    STACK_OF(X509) *readers = sk_X509_new_null();
    bool sealed = false;

    if (plain && inner && outer && readers && sk_X509_push(readers, reader) > 0) {
        letter = CMS_sign(author->certificate, author->key, NULL, plain, flags);
        if (letter && i2d_CMS_bio(inner, letter) == 1)
            envelope = CMS_encrypt(readers, inner, EVP_aes_256_gcm(), flags);
        sealed = envelope && i2d_CMS_bio(outer, envelope) == 1;
    }
    sk_X509_free(readers);
    if (!sealed)
        return crypto_fault("sealing a letter");
    return copy_out(outer, arena, out);
}

/* ---- opening ---- */

/* All of it, of that type and nothing else: what OpenSSL would make of other types is not wanted. */
static CMS_ContentInfo *parse(struct bytes der, int type)
{
    const unsigned char *at = der.data;
    CMS_ContentInfo *cms =
        der.size > 0 && der.size <= INT32_MAX ? d2i_CMS_ContentInfo(NULL, &at, (long)der.size) : NULL;

    if (cms && (at != (const unsigned char *)der.data + der.size || OBJ_obj2nid(CMS_get0_type(cms)) != type))
        cms = cms_free(cms);
    return cms;
}

/* Whom it says it is for: that lies open, so a changed one says anything. */
static bool names(CMS_ContentInfo *envelope, X509 *reader)
{
    STACK_OF(CMS_RecipientInfo) *readers = CMS_get0_RecipientInfos(envelope);

    for (int i = 0; i < sk_CMS_RecipientInfo_num(readers); i++) {
        STACK_OF(CMS_RecipientEncryptedKey) *keys =
            CMS_RecipientInfo_kari_get0_reks(sk_CMS_RecipientInfo_value(readers, i));

        for (int k = 0; k < sk_CMS_RecipientEncryptedKey_num(keys); k++)
            if (CMS_RecipientEncryptedKey_cert_cmp(sk_CMS_RecipientEncryptedKey_value(keys, k), reader) == 0)
                return true;
    }
    return false;
}

/* By the key alone, whichever certificate of it was sealed for: it may have been renewed since. */
static int decrypt(struct bytes sealed, const struct envelope_reader *reader, BIO *inner)
{
    CLEANUP(cms_free) CMS_ContentInfo *envelope = parse(sealed, NID_id_smime_ct_authEnvelopedData);

    if (!envelope)
        return ENVELOPE_UNREADABLE;
    if (CMS_decrypt(envelope, reader->key, NULL, NULL, inner, CMS_BINARY) == 1)
        return 0;
    return names(envelope, reader->certificate) ? ENVELOPE_UNREADABLE : ENVELOPE_ELSEWHERE;
}

/* The one author, if the content is what that key signed. Whether the certificate is worth anything is not looked at. */
static X509 *verify(BIO *inner, BIO *plain)
{
    const unsigned flags = CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY | CMS_NOCRL;
    char *data = NULL;
    long size = BIO_get_mem_data(inner, &data);
    CLEANUP(cms_free) CMS_ContentInfo *letter = parse(bytes_of(data, size > 0 ? (size_t)size : 0), NID_pkcs7_signed);
    STACK_OF(X509) *authors = NULL;
    X509 *author = NULL;

    if (letter && CMS_verify(letter, NULL, NULL, NULL, plain, flags) == 1)
        authors = CMS_get0_signers(letter);
    if (sk_X509_num(authors) == 1 && X509_up_ref(sk_X509_value(authors, 0)) == 1)
        author = sk_X509_value(authors, 0);
    sk_X509_free(authors);
    return author;
}

/* As it was while the certificate held; how long ago that may be is the policy of TLS (inside.h). */
static bool is_of(X509 *ca, X509 *author, uint64_t now_ms)
{
    uint64_t ends_ms = certificate_end_ms(author), at_ms = now_ms < ends_ms ? now_ms : ends_ms - 1000;
    X509_STORE *trusted = X509_STORE_new();
    X509_STORE_CTX *check = X509_STORE_CTX_new();
    bool sound = ends_ms > 1000 && now_ms < ends_ms + EXPIRED_TOLERATED_SECONDS * UINT64_C(1000) && trusted && check &&
                 X509_STORE_add_cert(trusted, ca) == 1 && X509_STORE_CTX_init(check, trusted, author, NULL) == 1;

    if (sound) {
        X509_STORE_CTX_set_time(check, 0, (time_t)(at_ms / 1000));
        sound = X509_verify_cert(check) == 1 && X509_check_ca(author) == 0;
    }
    X509_STORE_CTX_free(check);
    X509_STORE_free(trusted);
    return sound;
}

int envelope_open(struct bytes sealed, const struct envelope_reader *reader, struct arena *arena, struct bytes *content,
                  X509 **author)
{
    CLEANUP(bio_free) BIO *inner = BIO_new(BIO_s_mem());
    CLEANUP(bio_free) BIO *plain = BIO_new(BIO_s_mem());
    CLEANUP(certificate_free) X509 *found = NULL;

    if (!inner || !plain)
        return FAULT(FAULT_MEMORY, "out of memory for a letter");
    ERR_clear_error();
    int result = decrypt(sealed, reader, inner);

    if (result == 0)
        found = verify(inner, plain);
    bool sound = found && is_of(reader->ca, found, reader->now_ms);

    ERR_clear_error(); /* why it is not sound is told by the outcome */
    if (!found)
        return result ? result : ENVELOPE_UNREADABLE;
    if (!sound)
        return ENVELOPE_NO_AUTHOR;
    TRY(copy_out(plain, arena, content));
    *author = TAKE(&found);
    return 0;
}
