/*
 * enrol.c: a one-time code becomes an install with a certificate. Writer thread; the only request without one.
 */
#include "common/base/fault.h"
#include "common/wire/codec.h"
#include "common/wire/invitation_code.h"
#include "server/handlers/certificate.h"
#include "server/handlers/handlers.h"
#include "server/ledger/restoring.h"
#include "server/ledger/codes.h"
#include "server/ledger/own_edits.h"
#include "server/ledger/records.h"

/* 0, or the error that refuses. A code that was used by this very key goes on working: its answer may have been lost. */
static int check_code(const struct invitation_state *state, const uint8_t *fingerprint, uint64_t now_ms)
{
    if (state->used)
        return digest_equal(state->fingerprint, fingerprint, DIGEST_BYTES) ? 0 : ERROR_CODE_USED;
    return now_ms > state->expires_ms ? ERROR_CODE_EXPIRED : 0;
}

static int activate(struct request *request, struct batch *batch, const char *key, Ci__Person *person)
{
    struct refusal refusal = { 0 };
    int result;

    if (person->state == CI__PERSON__STATE__ACTIVE)
        return 0;
    person->state = CI__PERSON__STATE__ACTIVE;
    result = own_message_add(batch, "", key, person, request->arena, &refusal);
    return result == REFUSED ? FAULT(FAULT_STATE, "a person's record was refused: %s", error_row(refusal.code)->name)
                             : result;
}

static int enrol_person(struct request *request, struct batch *batch, const struct invitation_state *state,
                        const uint8_t *code_hash)
{
    const Ci__Enrol *enrol = (const Ci__Enrol *)request->message;
    struct certificate_wanted wanted = { .request = bytes_from(enrol->request),
                                         .person = state->person,
                                         .code_hash = bytes_of(code_hash, DIGEST_BYTES),
                                         .again = state->used };
    char *key = arena_format(request->arena, "person/%s", state->person);
    Ci__Person *person = NULL;
    int result;

    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory for an enrolment");
    result = RECORD_VALUE(batch->txn, "NL", key, ci__person, request->arena, &person);
    TRY(result);
    if (result == RECORD_NONE || person->state == CI__PERSON__STATE__ERASED ||
        access_is_revoked(batch->txn, state->person))
        return request_refuse(request, ERROR_REVOKED, NULL, NULL);
    if (person->role != CI__ROLE__ROLE_CENTRAL && restoring_holds(ledger_restoring(batch->ledger)))
        return request_refuse_restoring(request); /* that the person was revoked may be among what was lost */
    wanted.of = person;
    TRY(certificate_issue(request, batch, &wanted));
    return request->error ? 0 : activate(request, batch, key, person);
}

int handle_enrol(struct request *request, struct batch *batch)
{
    const Ci__Enrol *enrol = (const Ci__Enrol *)request->message;
    uint8_t hash[DIGEST_BYTES], fingerprint[DIGEST_BYTES];
    struct invitation_state state;
    int result;

    if (!version_is_spoken(enrol->version_min, enrol->version_max))
        return request_refuse(request, ERROR_VERSION, NULL, NULL);
    arena_keep_secret(request->arena);
    digest_bytes(hash, enrol->secret.data, enrol->secret.len);
    if (enrol->secret.len != INVITATION_SECRET_BYTES || !invitation_find(batch->txn, hash, &state))
        return batch->txn->fault < 0 ? batch->txn->fault : request_refuse(request, ERROR_CODE_UNKNOWN, NULL, NULL);
    if (enrol->request.len > CERTIFICATE_REQUEST_MAX)
        return request_refuse(request, ERROR_BAD_REQUEST, NULL, NULL);
    result = vault_request_fingerprint(bytes_from(enrol->request), fingerprint);
    if (result == VAULT_BAD_REQUEST)
        return request_refuse(request, ERROR_BAD_REQUEST, NULL, NULL);
    TRY(result);
    result = check_code(&state, fingerprint, batch->clock_ms);
    if (result != 0)
        return request_refuse(request, (enum error_code)result, NULL, NULL);
    return enrol_person(request, batch, &state, hash);
}
