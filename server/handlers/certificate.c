/*
 * certificate.c: asks the vault for a certificate, and adds the install's record. A certificate leaves only when its record
 * is in the journal.
 */
#include "server/handlers/certificate.h"

#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "server/ledger/own_edits.h"
#include "server/ledger/records.h"
#include "server/vault/letterbox.h"

bool version_is_spoken(uint32_t version_min, uint32_t version_max)
{
    return version_min <= PROTOCOL_VERSION && PROTOCOL_VERSION <= version_max;
}

/* Another person's install, or one that was revoked, is not given away again. `*before`: its record, if there is one. */
static int check_install(struct request *request, struct batch *batch, const struct certificate_wanted *wanted,
                         const char *install, Ci__Install **before)
{
    char *key = arena_format(request->arena, "install/%s", install);
    int result;

    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory for a certificate");
    result = RECORD_VALUE(batch->txn, "NL", key, ci__install, request->arena, before);
    TRY(result);
    if (access_is_revoked(batch->txn, install))
        return request_refuse(request, ERROR_REVOKED, NULL, NULL);
    if (result == 0 && strcmp((*before)->person, wanted->person) != 0)
        return request_refuse(request, ERROR_BAD_REQUEST, "deze sleutel is van iemand anders",
                              "this key is somebody else's");
    return 0;
}

static int add_install(struct request *request, struct batch *batch, const struct certificate_wanted *wanted,
                       const struct issued *issued, const char *install)
{
    Ci__Install record = CI__INSTALL__INIT;
    struct refusal refusal = { 0 };
    char *key = arena_format(request->arena, "install/%s", install);
    int result;

    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory for a certificate");
    record.person = (char *)(uintptr_t)wanted->person;
    record.fingerprint = bytes_to(bytes_of(issued->fingerprint, DIGEST_BYTES));
    record.serial = bytes_to(bytes_of(issued->serial, sizeof issued->serial));
    record.not_after_ms = issued->not_after_ms;
    record.code_hash = bytes_to(wanted->code_hash);
    result = own_message_add(batch, "", key, &record, request->arena, &refusal);
    return result == REFUSED
               ? FAULT(FAULT_STATE, "the record of an install was refused: %s", error_row(refusal.code)->name)
               : result;
}

static int reply_with(struct request *request, struct batch *batch, const struct certificate_wanted *wanted,
                      const struct issued *issued, const char *install)
{
    Ci__Certificate *reply = arena_alloc(request->arena, sizeof *reply);

    if (!reply)
        return FAULT(FAULT_MEMORY, "out of memory for a certificate");
    ci__certificate__init(reply);
    reply->version = PROTOCOL_VERSION;
    reply->certificate = bytes_to(issued->certificate);
    reply->ca = bytes_to(vault_ca_certificate(ledger_vault(batch->ledger)));
    reply->letterbox = bytes_to(vault_letterbox_certificate(ledger_vault(batch->ledger)));
    reply->person = arena_string(request->arena, wanted->person);
    reply->role = wanted->of->role;
    reply->areas = wanted->of->areas;
    reply->n_areas = wanted->of->n_areas;
    reply->install = arena_string(request->arena, install);
    if (!reply->person || !reply->install)
        return FAULT(FAULT_MEMORY, "out of memory for a certificate");
    request_reply(request, &reply->base, 0);
    return 0;
}

/* What is issued anew goes into the journal; what is only given once more is there already. */
static int issue(struct request *request, struct batch *batch, const struct certificate_wanted *wanted,
                 const char *install, const Ci__Install *before, struct issued *issued)
{
    struct vault *vault = ledger_vault(batch->ledger);
    int result;

    if (wanted->again && before && before->serial.len == sizeof issued->serial &&
        before->not_after_ms > batch->clock_ms)
        return vault_issue_again(vault, wanted->request, wanted->person, before->serial.data, before->not_after_ms,
                                 request->arena, issued);
    result = vault_issue(vault, wanted->request, wanted->person, batch->clock_ms, request->arena, issued);
    return result == 0 ? add_install(request, batch, wanted, issued, install) : result;
}

int certificate_issue(struct request *request, struct batch *batch, const struct certificate_wanted *wanted)
{
    uint8_t fingerprint[DIGEST_BYTES];
    char install[INSTALL_ID_SIZE];
    Ci__Install *before = NULL;
    struct issued issued;
    int result = wanted->request.size <= CERTIFICATE_REQUEST_MAX
                     ? vault_request_fingerprint(wanted->request, fingerprint)
                     : VAULT_BAD_REQUEST;

    if (result == VAULT_BAD_REQUEST)
        return request_refuse(request, ERROR_BAD_REQUEST, NULL, NULL);
    TRY(result);
    hex_encode(install, fingerprint, ID_BYTES);
    TRY(check_install(request, batch, wanted, install, &before));
    if (request->error)
        return 0;
    result = issue(request, batch, wanted, install, before, &issued);
    if (result == VAULT_BAD_REQUEST)
        return request_refuse(request, ERROR_BAD_REQUEST, NULL, NULL);
    TRY(result);
    return reply_with(request, batch, wanted, &issued, install);
}
