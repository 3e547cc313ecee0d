/*
 * fuzz_envelope.c: any bytes as a letter for this reader. It opens, or it does not; what opens is somebody's of the CA. The
 * corpus holds no letter that opens, since the key is another one each time: the cases are what stands before that.
 */
#include <openssl/cms.h>

#include "common/base/check.h"
#include "common/tls/envelope.h"
#include "tests/fuzz/fuzz.h"

enum { ARENA_BYTES = 4 * 1024 * 1024, HOUR = 3600 };

/* A CA that seals for itself will do. */
static struct envelope_reader reader_new(void)
{
    struct envelope_reader reader = { .key = EVP_EC_gen("P-256"), .certificate = X509_new() };

    X509_set_version(reader.certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(reader.certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(reader.certificate), -HOUR);
    X509_gmtime_adj(X509_getm_notAfter(reader.certificate), HOUR);
    X509_set_pubkey(reader.certificate, reader.key);
    CHECK(X509_sign(reader.certificate, reader.key, EVP_sha256()) > 0);
    reader.ca = reader.certificate;
    return reader;
}

/* The bytes as they are, and as what an envelope for this reader holds: so that the inner letter is reached too. */
static struct bytes wrapped(const struct envelope_reader *reader, struct bytes inner, struct arena *arena)
{
    BIO *plain = BIO_new_mem_buf(inner.data, (int)inner.size), *sealed = BIO_new(BIO_s_mem());
    STACK_OF(X509) *readers = sk_X509_new_null();
    CMS_ContentInfo *envelope;
    char *data = NULL;

    sk_X509_push(readers, reader->certificate);
    envelope = CMS_encrypt(readers, plain, EVP_aes_256_gcm(), CMS_BINARY);
    CHECK(envelope && i2d_CMS_bio(sealed, envelope) == 1);
    long size = BIO_get_mem_data(sealed, &data);
    struct bytes out = bytes_of(arena_copy(arena, data, (size_t)size), (size_t)size);

    CMS_ContentInfo_free(envelope);
    sk_X509_free(readers);
    BIO_free(plain);
    BIO_free(sealed);
    return out;
}

static void open_one(struct bytes sealed, const struct envelope_reader *reader, struct arena *arena)
{
    struct bytes content = { 0 };
    X509 *author = NULL;
    int result = envelope_open(sealed, reader, arena, &content, &author);

    CHECK((result == 0) == (author != NULL));
    X509_free(author);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct envelope_reader reader;
    CLEANUP(arena_free) struct arena *arena = NULL;

    if (!reader.key)
        reader = reader_new();
    if (size > ARENA_BYTES / 4 || arena_new(&arena, ARENA_BYTES) < 0)
        return 0;
    open_one(bytes_of(data, size), &reader, arena);
    open_one(wrapped(&reader, bytes_of(data, size), arena), &reader, arena);
    return 0;
}
