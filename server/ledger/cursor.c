/*
 * cursor.c: version, flags, what was reached, the head's position and hash, scope, and an HMAC over these and the dossier.
 */
#include "server/ledger/cursor.h"

#include "common/base/plant.h"

enum {
    CURSOR_VERSION = 2,
    HEAD_AT = 2 + 8,
    HASH_AT = HEAD_AT + 8,
    SCOPE_AT = HASH_AT + PLACE_HASH_BYTES,
    CURSOR_SIGNED_BYTES = CURSOR_BYTES - 16
};

static void sign(const struct vault *vault, const char *dossier, const uint8_t *signed_bytes, uint8_t out[DIGEST_BYTES])
{
    struct bytes parts[] = { bytes_of(dossier, strlen(dossier) + 1), bytes_of(signed_bytes, CURSOR_SIGNED_BYTES) };

    vault_sign_cursor(vault, parts, 2, out);
}

void cursor_print(const struct vault *vault, const char *dossier, const struct cursor *cursor,
                  uint8_t out[CURSOR_BYTES])
{
    uint8_t signature[DIGEST_BYTES];

    out[0] = CURSOR_VERSION;
    out[1] = cursor->snapshot;
    put_u64(out + 2, cursor->reached);
    put_u64(out + HEAD_AT, cursor->position);
    memcpy(out + HASH_AT, cursor->hash, PLACE_HASH_BYTES);
    memcpy(out + SCOPE_AT, cursor->scope, SCOPE_BYTES);
    sign(vault, dossier, out, signature);
    memcpy(out + CURSOR_SIGNED_BYTES, signature, CURSOR_BYTES - CURSOR_SIGNED_BYTES);
}

int cursor_parse(const struct vault *vault, const char *dossier, struct bytes bytes, struct cursor *cursor)
{
    const uint8_t *at = bytes.data;
    uint8_t signature[DIGEST_BYTES];

    if (bytes.size != CURSOR_BYTES || at[0] != CURSOR_VERSION)
        return CURSOR_FORGED;
    sign(vault, dossier, at, signature);
    if (!PLANTED(SEAL_UNCHECKED) &&
        !digest_equal(signature, at + CURSOR_SIGNED_BYTES, CURSOR_BYTES - CURSOR_SIGNED_BYTES))
        return CURSOR_FORGED;
    cursor->snapshot = at[1] != 0;
    cursor->reached = get_u64(at + 2);
    cursor->position = get_u64(at + HEAD_AT);
    memcpy(cursor->hash, at + HASH_AT, PLACE_HASH_BYTES);
    memcpy(cursor->scope, at + SCOPE_AT, SCOPE_BYTES);
    return 0;
}
