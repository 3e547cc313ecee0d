/*
 * renew.c: a new certificate for the install's key, or for a new key of the same person. Writer thread.
 */
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "server/handlers/certificate.h"
#include "server/handlers/handlers.h"
#include "server/ledger/records.h"

/* The code belongs to the key that used it. */
static int code_of_key(struct request *request, struct batch *batch, struct bytes packed, struct bytes *code_hash)
{
    uint8_t fingerprint[DIGEST_BYTES];
    Ci__Install *install = NULL;
    char *key = arena_format(request->arena, "install/%s", request->principal.install);
    int result;

    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory for a certificate");
    result =
        packed.size <= CERTIFICATE_REQUEST_MAX ? vault_request_fingerprint(packed, fingerprint) : VAULT_BAD_REQUEST;
    if (result != 0)
        return result;
    TRY(RECORD_VALUE(batch->txn, "NL", key, ci__install, request->arena, &install));
    if (install && digest_equal(fingerprint, request->peer->fingerprint, DIGEST_BYTES))
        *code_hash = bytes_from(install->code_hash);
    return 0;
}

int handle_renew(struct request *request, struct batch *batch)
{
    const Ci__Renew *renew = (const Ci__Renew *)request->message;
    struct certificate_wanted wanted = { .request = bytes_from(renew->request), .person = request->principal.person };
    char *key = arena_format(request->arena, "person/%s", request->principal.person);
    Ci__Person *person = NULL;
    int result = code_of_key(request, batch, wanted.request, &wanted.code_hash);

    if (result == VAULT_BAD_REQUEST)
        return request_refuse(request, ERROR_BAD_REQUEST, NULL, NULL);
    TRY(result);
    result = key ? RECORD_VALUE(batch->txn, "NL", key, ci__person, request->arena, &person) : RECORD_NONE;
    TRY(result);
    if (result == RECORD_NONE)
        return request_refuse(request, ERROR_UNKNOWN_INSTALL, NULL, NULL);
    wanted.of = person;
    return certificate_issue(request, batch, &wanted);
}
