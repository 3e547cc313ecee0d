/*
 * authority.c: the CA: its own certificate, the server's, and those of installs.
 *
 * Owns what each kind of certificate says. Knows nothing of who may enrol: the ledger has decided that before.
 * After opening, any thread: keys are only read.
 */
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include <stdio.h>

#include "common/base/fault.h"
#include "common/base/file.h"
#include "server/vault/certificate.h"
#include "server/vault/vault_inside.h"

enum { HOST_MAX = 253, DAY_MS = 86400000, REQUEST_MAX = 8 * 1024 };

#define CA_KEY             "ca.key"
#define CA_CERTIFICATE     "ca.pem"
#define SERVER_KEY         "server.key"
#define SERVER_CERTIFICATE "server.pem"

static bool is_address(const char *host)
{
    uint8_t address[16];

    return inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

/* Only what a host name or address is made of: the text goes into OpenSSL's little language of extensions. */
static bool host_is_valid(const char *host)
{
    size_t size = strlen(host);

    return size > 0 && size <= HOST_MAX &&
           (is_address(host) ||
            strspn(host, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-") == size);
}

/* A server on the machine itself is reached under both names. */
static void write_names(char *out, size_t size, const char *host)
{
    if (strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0)
        snprintf(out, size, "DNS:localhost,IP:127.0.0.1");
    else
        snprintf(out, size, "%s:%s", is_address(host) ? "IP" : "DNS", host);
}

static int make_server(const char *folder, const char *host, uint64_t now_ms, EVP_PKEY *key, X509 *ca, EVP_PKEY *ca_key)
{
    CLEANUP(certificate_free) X509 *certificate = NULL;
    char names[HOST_MAX + 8];

    if (!host_is_valid(host))
        return FAULT(FAULT_INVALID, "\"%.100s\" is neither a host name nor an address", host);
    write_names(names, sizeof names, host);
    struct certificate_plan plan = {
        .common_name = "CI Monitor server",
        .subject_key = key,
        .issuer = ca,
        .issuer_key = ca_key,
        .now_ms = now_ms,
        .days = VAULT_SERVER_DAYS,
        .extensions = { { NID_basic_constraints, "critical,CA:FALSE" },
                        { NID_key_usage, "critical,digitalSignature" },
                        { NID_ext_key_usage, "serverAuth" },
                        { NID_subject_alt_name, names },
                        { NID_authority_key_identifier, "keyid" } },
    };
    TRY(certificate_make(&certificate, &plan));
    X509 *chain[] = { certificate, ca };
    return certificates_write(folder, SERVER_CERTIFICATE, chain, 2);
}

int authority_create(const char *folder, const char *host, uint64_t now_ms)
{
    CLEANUP(key_free) EVP_PKEY *key = NULL;
    CLEANUP(key_free) EVP_PKEY *server_key = NULL;
    CLEANUP(certificate_free) X509 *ca = NULL;

    TRY(key_make(&key));
    TRY(key_make(&server_key));
    struct certificate_plan plan = {
        .common_name = "CI Monitor CA",
        .subject_key = key,
        .issuer_key = key,
        .now_ms = now_ms,
        .days = VAULT_CA_DAYS,
        .extensions = { { NID_basic_constraints, "critical,CA:TRUE,pathlen:0" },
                        { NID_key_usage, "critical,keyCertSign" },
                        { NID_subject_key_identifier, "hash" } },
    };
    TRY(certificate_make(&ca, &plan));
    TRY(key_write(folder, SERVER_KEY, server_key));
    TRY(make_server(folder, host, now_ms, server_key, ca, key));
    TRY(certificates_write(folder, CA_CERTIFICATE, &ca, 1));
    TRY(own_keys_create(folder, key, ca));
    return key_write(folder, CA_KEY, key);
}

int authority_load(struct vault *vault)
{
    unsigned char *der = NULL;
    int size;

    TRY(file_path(&vault->ca_file, vault->folder, CA_CERTIFICATE));
    TRY(file_path(&vault->server_certificate_file, vault->folder, SERVER_CERTIFICATE));
    TRY(file_path(&vault->server_key_file, vault->folder, SERVER_KEY));
    TRY(key_read(&vault->ca_key, vault->folder, CA_KEY));
    TRY(certificate_read(&vault->ca, vault->folder, CA_CERTIFICATE));
    if (X509_check_private_key(vault->ca, vault->ca_key) != 1)
        return FAULT(FAULT_CORRUPT, "the key and the certificate of the CA in %s do not belong together: restore them",
                     vault->folder);
    size = i2d_X509(vault->ca, &der);
    if (size < 0)
        return crypto_fault("encoding the CA's certificate");
    vault->ca_der = bytes_of(der, (size_t)size);
    return 0;
}

int vault_renew_server(struct vault *vault, const char *host, uint64_t now_ms)
{
    CLEANUP(certificate_free) X509 *certificate = NULL;
    CLEANUP(key_free) EVP_PKEY *key = NULL;
    uint64_t due_ms = (uint64_t)VAULT_SERVER_DAYS * DAY_MS / 3;

    TRY(certificate_read(&certificate, vault->folder, SERVER_CERTIFICATE));
    if (certificate_begin_ms(certificate) <= now_ms && certificate_end_ms(certificate) > now_ms + due_ms)
        return 0;                                   /* one that begins later was made while the clock was ahead */
    TRY(key_read(&key, vault->folder, SERVER_KEY)); /* the key stays, so that one file changes, and at once */
    return make_server(vault->folder, host, now_ms, key, vault->ca, vault->ca_key);
}

/* Outcome VAULT_BAD_REQUEST. The key is the request's own. */
static int read_request(X509_REQ **request, EVP_PKEY **key, struct bytes der)
{
    const unsigned char *at = der.data;
    bool sound = false;

    if (der.size > 0 && der.size <= REQUEST_MAX)
        *request = d2i_X509_REQ(NULL, &at, (long)der.size);
    if (*request && at == (const unsigned char *)der.data + der.size) {
        *key = X509_REQ_get0_pubkey(*request);
        sound = key_is_p256(*key) && X509_REQ_verify(*request, *key) == 1;
    }
    ERR_clear_error(); /* why a stranger's request is bad is nobody's fault here */
    return sound ? 0 : VAULT_BAD_REQUEST;
}

int vault_request_fingerprint(struct bytes request, uint8_t out[DIGEST_BYTES])
{
    CLEANUP(request_free) X509_REQ *parsed = NULL;
    EVP_PKEY *key;
    int result = read_request(&parsed, &key, request);

    return result != 0 ? result : key_fingerprint(key, out);
}

static int encode_into(struct arena *arena, X509 *certificate, struct bytes *out)
{
    unsigned char *der = NULL;
    int size = i2d_X509(certificate, &der);

    if (size < 0)
        return crypto_fault("encoding a certificate");
    *out = bytes_of(arena_copy(arena, der, (size_t)size), (size_t)size);
    OPENSSL_free(der);
    return out->data ? 0 : FAULT(FAULT_MEMORY, "no memory left in this request for a certificate");
}

/* `made` says serial and end. */
static int issue(struct vault *vault, struct bytes request, const char *person, struct arena *arena,
                 struct issued *made)
{
    CLEANUP(request_free) X509_REQ *parsed = NULL;
    CLEANUP(certificate_free) X509 *certificate = NULL;
    char install[2 * ID_BYTES + 1];
    EVP_PKEY *key;
    int result = read_request(&parsed, &key, request);

    if (result != 0)
        return result;
    TRY(key_fingerprint(key, made->fingerprint));
    struct certificate_plan plan = {
        .common_name = hex_encode(install, made->fingerprint, ID_BYTES),
        .organization = person,
        .subject_key = key,
        .issuer = vault->ca,
        .issuer_key = vault->ca_key,
        .now_ms = made->not_after_ms - (uint64_t)VAULT_CERTIFICATE_DAYS * DAY_MS,
        .days = VAULT_CERTIFICATE_DAYS,
        .serial = made->serial,
        .extensions = { { NID_basic_constraints, "critical,CA:FALSE" },
                        { NID_key_usage, "critical,digitalSignature" },
                        { NID_ext_key_usage, "clientAuth" },
                        { NID_authority_key_identifier, "keyid" } },
    };
    TRY(certificate_make(&certificate, &plan));
    made->not_after_ms = certificate_end_ms(certificate);
    return encode_into(arena, certificate, &made->certificate);
}

int vault_issue(struct vault *vault, struct bytes request, const char *person, uint64_t now_ms, struct arena *arena,
                struct issued *issued)
{
    struct issued made = { .not_after_ms = now_ms + (uint64_t)VAULT_CERTIFICATE_DAYS * DAY_MS };
    int result;

    certificate_serial(made.serial);
    result = issue(vault, request, person, arena, &made);
    if (result == 0)
        *issued = made;
    return result;
}

int vault_issue_again(struct vault *vault, struct bytes request, const char *person, const uint8_t serial[16],
                      uint64_t not_after_ms, struct arena *arena, struct issued *issued)
{
    struct issued made = { .not_after_ms = not_after_ms };
    int result;

    memcpy(made.serial, serial, sizeof made.serial);
    result = issue(vault, request, person, arena, &made);
    if (result == 0)
        *issued = made;
    return result;
}

struct bytes vault_ca_certificate(const struct vault *vault)
{
    return vault->ca_der;
}

void vault_ca_fingerprint(const struct vault *vault, uint8_t out[DIGEST_BYTES])
{
    digest_parts(out, &vault->ca_der, 1);
}

const char *vault_ca_file(const struct vault *vault)
{
    return vault->ca_file;
}

const char *vault_server_certificate_file(const struct vault *vault)
{
    return vault->server_certificate_file;
}

const char *vault_server_key_file(const struct vault *vault)
{
    return vault->server_key_file;
}
