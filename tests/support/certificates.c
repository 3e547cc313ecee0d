/*
 * certificates.c: OpenSSL's X.509 calls, kept out of the tests. For tests only.
 */
#include "tests/support/certificates.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/check.h"

enum { DAY = 24 * 60 * 60 };

struct issuer {
    X509 *certificate;
    EVP_PKEY *key;
};

static void extension(X509 *certificate, int kind, const char *value)
{
    X509_EXTENSION *made = X509V3_EXT_conf_nid(NULL, NULL, kind, value);

    CHECK(made != NULL);
    X509_add_ext(certificate, made, -1);
    X509_EXTENSION_free(made);
}

static X509 *certificate_new(const char *name, EVP_PKEY *key, const struct issuer *issuer, long ends_in)
{
    X509 *certificate = X509_new();
    X509_NAME *subject = X509_get_subject_name(certificate);

    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 0x1234);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -800L * DAY);
    X509_gmtime_adj(X509_getm_notAfter(certificate), ends_in);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer->certificate) : subject);
    X509_set_pubkey(certificate, key);
    return certificate;
}

static void write_certificates(const char *path, X509 *first, X509 *second)
{
    FILE *file = fopen(path, "w");

    CHECK(file != NULL);
    PEM_write_X509(file, first);
    if (second)
        PEM_write_X509(file, second);
    fclose(file);
}

static void write_key(const char *path, EVP_PKEY *key)
{
    FILE *file = fopen(path, "w");

    CHECK(file != NULL);
    PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
    fclose(file);
}

static struct issuer ca_new(void)
{
    struct issuer ca = { .key = EVP_EC_gen("P-256") };

    ca.certificate = certificate_new("test CA", ca.key, NULL, 100L * DAY);
    extension(ca.certificate, NID_basic_constraints, "critical,CA:TRUE");
    extension(ca.certificate, NID_key_usage, "critical,keyCertSign");
    X509_sign(ca.certificate, ca.key, EVP_sha256());
    return ca;
}

static void server_make(const struct certificates *out, const struct issuer *ca)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = certificate_new("server", key, ca, 100L * DAY);

    extension(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    extension(certificate, NID_ext_key_usage, "serverAuth");
    X509_sign(certificate, ca->key, EVP_sha256());
    write_certificates(out->server, certificate, ca->certificate);
    write_key(out->server_key, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static void client_make(struct certificates *out, const struct issuer *ca, long ends_in)
{
    X509 *certificate;

    out->client_key = EVP_EC_gen("P-256");
    certificate = certificate_new("client", out->client_key, ca, ends_in);
    extension(certificate, NID_ext_key_usage, "clientAuth");
    X509_sign(certificate, ca->key, EVP_sha256());
    write_certificates(out->client, certificate, NULL);
    X509_free(certificate);
}

void certificates_make(struct certificates *out, long client_ends_in)
{
    struct issuer ca = ca_new();
    unsigned size = sizeof out->ca_fingerprint;

    *out = (struct certificates){ .folder = "/tmp/cimonitor-test-XXXXXX" };
    CHECK(mkdtemp(out->folder) != NULL);
    snprintf(out->ca, sizeof out->ca, "%s/ca.pem", out->folder);
    snprintf(out->server, sizeof out->server, "%s/server.pem", out->folder);
    snprintf(out->server_key, sizeof out->server_key, "%s/server.key", out->folder);
    snprintf(out->client, sizeof out->client, "%s/client.pem", out->folder);
    write_certificates(out->ca, ca.certificate, NULL);
    X509_digest(ca.certificate, EVP_sha256(), out->ca_fingerprint, &size);
    server_make(out, &ca);
    client_make(out, &ca, client_ends_in);
    X509_free(ca.certificate);
    EVP_PKEY_free(ca.key);
}

void certificates_remove(struct certificates *certificates)
{
    unlink(certificates->ca);
    unlink(certificates->server);
    unlink(certificates->server_key);
    unlink(certificates->client);
    rmdir(certificates->folder);
    EVP_PKEY_free(certificates->client_key);
}
