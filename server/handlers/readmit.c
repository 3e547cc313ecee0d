/*
 * readmit.c: an install with a certificate of ours that a restored server does not know is admitted again, from that
 * certificate, unless it was revoked. Its person's record may come along, sealed. Writer thread.
 */
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "server/handlers/handlers.h"
#include "server/ledger/heal.h"
#include "server/ledger/own_edits.h"
#include "server/ledger/records.h"
#include "server/ledger/restoring.h"

enum { READMIT_SCRATCH_BYTES = 1024 * 1024 };

/* A server that was never restored knows all whom it gave a certificate. */
static int was_restored(struct restoring *restoring)
{
    struct restoring_install *installs = NULL;
    struct restored restored;
    size_t count;
    bool held;
    int result = restoring_read(restoring, &restored, &held, &installs, &count);

    free(installs);
    return result;
}

/* The person as the client holds it, where this server lacks it. A record that is refused changes nothing. */
static int take_person(struct request *request, struct batch *batch, const char *key)
{
    const Ci__Readmit *readmit = (const Ci__Readmit *)request->message;
    CLEANUP(arena_free) struct arena *scratch = NULL;
    struct refusal refusal = { 0 };
    int result;

    if (!readmit->person || strcmp(readmit->person->key, key) != 0 || strcmp(readmit->person->dossier, "NL") != 0)
        return 0;
    TRY(arena_new(&scratch, READMIT_SCRATCH_BYTES));
    result = heal_offer(batch, NULL, readmit->person, scratch, &refusal);
    return result < 0 ? result : 0;
}

static int add_install(struct request *request, struct batch *batch)
{
    const struct tls_peer *peer = request->peer;
    char install[INSTALL_ID_SIZE], *key;
    Ci__Install record = CI__INSTALL__INIT;
    struct refusal refusal = { 0 };
    int result;

    hex_encode(install, peer->fingerprint, ID_BYTES);
    key = arena_format(request->arena, "install/%s", install);
    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory to admit an install again");
    record.person = (char *)(uintptr_t)peer->person;
    record.fingerprint = bytes_to(bytes_of(peer->fingerprint, DIGEST_BYTES));
    record.serial = bytes_to(bytes_of(peer->serial, peer->serial_size));
    record.not_after_ms = peer->not_after_ms;
    result = own_message_add(batch, "", key, &record, request->arena, &refusal);
    return result == REFUSED
               ? FAULT(FAULT_STATE, "the record of an install was refused: %s", error_row(refusal.code)->name)
               : result;
}

static int admit(struct request *request, struct batch *batch)
{
    char *key = arena_format(request->arena, "person/%s", request->peer->person);
    char install[INSTALL_ID_SIZE];
    Ci__Person *person = NULL;
    int result;

    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory to admit an install again");
    hex_encode(install, request->peer->fingerprint, ID_BYTES);
    if (access_is_revoked(batch->txn, request->peer->person) || access_is_revoked(batch->txn, install))
        return request_refuse(request, ERROR_REVOKED, NULL, NULL);
    TRY(take_person(request, batch, key));
    result = RECORD_VALUE(batch->txn, "NL", key, ci__person, request->arena, &person);
    TRY(result);
    if (result == RECORD_NONE)
        return request_refuse(request, ERROR_UNKNOWN_INSTALL, NULL, NULL);
    if (person->state == CI__PERSON__STATE__ERASED)
        return request_refuse(request, ERROR_REVOKED, NULL, NULL);
    return add_install(request, batch);
}

int handle_readmit(struct request *request, struct batch *batch)
{
    struct restoring *restoring = ledger_restoring(batch->ledger);
    Ci__Readmitted *reply = arena_alloc(request->arena, sizeof *reply);
    struct principal principal;
    int found = principal_find(batch->txn, request->peer, NULL, &principal);

    if (!reply)
        return FAULT(FAULT_MEMORY, "out of memory to admit an install again");
    ci__readmitted__init(reply);
    TRY(found);
    if (found == ERROR_UNKNOWN_INSTALL) {
        int restored = was_restored(restoring);

        TRY(restored);
        if (restoring_holds(restoring))
            return request_refuse_restoring(request);
        if (restored == RESTORING_NONE || !request->peer->person[0])
            return request_refuse(request, ERROR_UNKNOWN_INSTALL, NULL, NULL);
        TRY(admit(request, batch));
    } else if (found > 0) {
        return request_refuse(request, (enum error_code)found, NULL, NULL);
    }
    if (!request->error)
        request_reply(request, &reply->base, 0);
    return 0;
}
