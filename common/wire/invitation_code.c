/*
 * invitation_code.c: invitation codes to text and back. Owns the form of the text; knows nothing of who is invited.
 */
#include "common/wire/invitation_code.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/base/digest.h"

enum {
    CHECK_BYTES = 2,
    SECRETS_BYTES = INVITATION_SECRET_BYTES + INVITATION_CA_BYTES,
    CODE_BYTES = SECRETS_BYTES + CHECK_BYTES
};

/* A code on its way to text or back. */
struct code_text {
    uint8_t bytes[CODE_BYTES];
    char text[BASE32_SIZE(CODE_BYTES)];
};
static inline void code_wipe_at(struct code_text *code)
{
    OPENSSL_cleanse(code, sizeof *code);
}

static bool port_parse(const char *text, uint16_t *port)
{
    size_t digits = strspn(text, "0123456789");
    unsigned long number = digits > 0 && digits <= 5 && text[digits] == '\0' ? strtoul(text, NULL, 10) : 0;

    *port = (uint16_t)number;
    return number > 0 && number <= UINT16_MAX;
}

/* The host stands between `start` and `end`. */
static bool host_parse(const char *start, const char *end, char out[INVITATION_ADDRESS_SIZE])
{
    bool numeric = *start == '[' && end - start > 2 && end[-1] == ']';
    size_t length;

    if (numeric) {
        start++;
        end--;
    }
    length = (size_t)(end - start);
    if (length == 0 || length >= INVITATION_ADDRESS_SIZE)
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)start[i]) && start[i] != '.' && (numeric ? start[i] != ':' : start[i] != '-'))
            return false;
    memcpy(out, start, length);
    out[length] = '\0';
    return true;
}

int invitation_address_parse(struct invitation_code *code, const char *address)
{
    const char *colon = strrchr(address, ':');
    struct invitation_code parsed = *code;

    if (!colon || strlen(address) >= sizeof parsed.address || !port_parse(colon + 1, &parsed.port) ||
        !host_parse(address, colon, parsed.host))
        return INVITATION_CODE_INVALID;
    snprintf(parsed.address, sizeof parsed.address, "%s", address);
    *code = parsed;
    return 0;
}

static void check_compute(const char *address, const uint8_t *secrets, uint8_t out[CHECK_BYTES])
{
    uint8_t digest[DIGEST_BYTES];

    digest_parts(digest, (const struct bytes[]){ bytes_of(address, strlen(address)), bytes_of(secrets, SECRETS_BYTES) },
                 2);
    memcpy(out, digest, CHECK_BYTES);
}

int invitation_code_print(const struct invitation_code *code, char out[INVITATION_CODE_SIZE])
{
    CLEANUP(code_wipe) struct code_text made;
    struct invitation_code checked = { 0 };

    if (invitation_address_parse(&checked, code->address) != 0)
        return INVITATION_CODE_INVALID;
    memcpy(made.bytes, code->secret, INVITATION_SECRET_BYTES);
    memcpy(made.bytes + INVITATION_SECRET_BYTES, code->ca, INVITATION_CA_BYTES);
    check_compute(code->address, made.bytes, made.bytes + SECRETS_BYTES);
    snprintf(out, INVITATION_CODE_SIZE, "%s/%s", code->address,
             base32_encode(made.text, made.bytes, sizeof made.bytes));
    return 0;
}

int invitation_code_parse(struct invitation_code *code, const char *text)
{
    struct invitation_code parsed = { 0 };
    CLEANUP(code_wipe) struct code_text given;
    uint8_t check[CHECK_BYTES];
    const char *slash;
    char address[INVITATION_ADDRESS_SIZE];
    size_t length;

    text += strspn(text, " \t\r\n");
    slash = strchr(text, '/');
    length = slash ? (size_t)(slash - text) : 0;
    if (length == 0 || length >= sizeof address)
        return INVITATION_CODE_INVALID;
    memcpy(address, text, length);
    address[length] = '\0';
    if (invitation_address_parse(&parsed, address) != 0 ||
        !base32_decode(given.bytes, sizeof given.bytes, slash + 1, strcspn(slash + 1, " \t\r\n")))
        return INVITATION_CODE_INVALID;
    check_compute(address, given.bytes, check);
    if (!digest_equal(check, given.bytes + SECRETS_BYTES, CHECK_BYTES))
        return INVITATION_CODE_INVALID;
    *code = parsed;
    memcpy(code->secret, given.bytes, sizeof code->secret);
    memcpy(code->ca, given.bytes + INVITATION_SECRET_BYTES, sizeof code->ca);
    return 0;
}
