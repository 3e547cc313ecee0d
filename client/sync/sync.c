/*
 * sync.c: the lock, the certificate, the session, and the engine's messages carried to and fro. Decides nothing about
 * edits or records.
 */
#include "client/sync/sync.h"

#include <stdio.h>
#include <string.h>

#include "client/identity/key.h"
#include "client/sync/hello.h"
#include "client/sync/refused.h"
#include "client/sync/session.h"
#include "common/base/fault.h"
#include "common/format/language.h"
#include "common/wire/error.h"
#include "common/wire/message.h"

enum { SYNC_EXPIRED = SYNC_BUSY + 1 }; /* an outcome inside this file */

static const uint64_t renew_before_ms = UINT64_C(30) * 24 * 3600 * 1000;

static int open_session(const struct sync_options *options, struct session **session)
{
    struct transport *transport = NULL;

    TRY(transport_open_home(&transport, options->home, options->identity));
    return session_new(session, transport);
}

/* A server that was restored to a time before the enrolment: it lets in again who asks, and only then renews. */
static int readmit(const struct sync_options *options, struct session *session, struct arena *arena)
{
    Ci__Readmit request = CI__READMIT__INIT;
    Ci__Readmitted *reply = NULL;

    TRY(readmit_make(options->replica, options->identity, arena, &request));
    int result = session_request(session, MESSAGE_READMIT, &request.base, arena, (ProtobufCMessage **)&reply);

    return result == SESSION_REFUSED ? session_refused(session) : result;
}

/* On a session of its own: one whose certificate has expired may do nothing else. */
static int renew(const struct sync_options *options)
{
    enum { RENEW_ARENA = 256 * 1024 };
    CLEANUP(session_free) struct session *session = NULL;
    CLEANUP(arena_free) struct arena *arena = NULL;
    CLEANUP(key_free) EVP_PKEY *key = NULL;
    Ci__Renew request = CI__RENEW__INIT;
    Ci__Certificate *certificate = NULL;
    struct bytes der;

    TRY(arena_new(&arena, RENEW_ARENA));
    TRY(home_key(options->home, &key));
    TRY(key_request(key, arena, &der));
    request.request = (ProtobufCBinaryData){ der.size, (uint8_t *)(uintptr_t)der.data };
    TRY(open_session(options, &session));
    int result = session_request(session, MESSAGE_RENEW, &request.base, arena, (ProtobufCMessage **)&certificate);

    if (result == SESSION_REFUSED && session_error(session)->code == ERROR_UNKNOWN_INSTALL) {
        TRY(readmit(options, session, arena));
        result = session_request(session, MESSAGE_RENEW, &request.base, arena, (ProtobufCMessage **)&certificate);
    }
    if (result != 0)
        return result == SESSION_REFUSED ? session_refused(session) : result;
    result = home_store_certificate(options->home, key, certificate, options->identity);
    return result > 0 ? FAULT(FAULT_INVALID, "the server renewed the certificate of somebody else") : result;
}

/* SYNC_EXPIRED: by the server's clock the certificate has ended, and nothing was exchanged. */
static int carry(struct engine *engine, struct session *session, const struct sync_options *options)
{
    for (;;) {
        const ProtobufCMessage *request = NULL;
        ProtobufCMessage *reply = NULL;
        uint16_t type = 0;
        int result = engine_next(engine, &type, &request);

        if (result != 0)
            return result < 0 ? result : 0;
        result = session_request(session, type, request, engine_arena(engine), &reply);
        if (result == SESSION_REFUSED && session_error(session)->code == ERROR_CERTIFICATE_EXPIRED)
            return SYNC_EXPIRED;
        if (result >= 0)
            TRY(home_drop_bundle(
                options->home)); /* before anything changes: its answers would come too late from here on */
        if (result == SESSION_REFUSED)
            result = engine_refused(engine, session_error(session));
        else if (result == 0)
            result = engine_answer(engine, reply);
        TRY(result);
        if (options->progress)
            options->progress(options->context, engine_report(engine), session_bytes(session));
    }
}

void sync_report_fill(struct sync_report *report, const struct engine *engine, uint64_t bytes)
{
    report->engine = *engine_report(engine);
    report->bytes = bytes;
    if (report->engine.held) {
        snprintf(report->held, sizeof report->held, "%s",
                 text_in(report->engine.held->text, language_from_environment()));
        report->held_by = refusal_of(report->engine.held);
    }
    report->engine.held = NULL; /* it lives as long as the engine */
}

static int exchange(const struct sync_options *options, struct sync_report *report)
{
    CLEANUP(engine_free) struct engine *engine = NULL;
    CLEANUP(session_free) struct session *session = NULL;

    TRY(engine_new(&engine, options->replica, options->identity));
    TRY(open_session(options, &session));
    int result = carry(engine, session, options);

    sync_report_fill(report, engine, session_bytes(session));
    report->revoked = result < 0 && session_error(session) && session_error(session)->code == ERROR_REVOKED;
    int remembered = home_remember(options->home, options->identity);

    return result ? result : remembered;
}

/* The server says when a certificate is about to end, or has; it is renewed once a sync, by no clock of ours. */
static int exchange_renewed(const struct sync_options *options, struct sync_report *report)
{
    int result = exchange(options, report);

    if (result == 0 && sync_renewal_is_due(options->identity, report->engine.server_ms))
        report->renewed = renew(options) == 0; /* while it is still valid, the next sync tries again */
    if (result != SYNC_EXPIRED)
        return result;
    TRY(renew(options));
    result = exchange(options, report);
    report->renewed = true;
    return result == SYNC_EXPIRED
               ? FAULT(
                     FAULT_UNTRUSTED, "%s",
                     say(language_from_environment(),
                         "ook het vernieuwde certificaat is volgens de server verlopen. Vraag het programmateam of de "
                         "klok van de server goed staat.",
                         "the server calls the renewed certificate expired too. Ask the central team whether its clock "
                         "is right."))
               : result;
}

bool sync_renewal_is_due(const struct identity *identity, uint64_t server_ms)
{
    return server_ms + renew_before_ms >= identity->certificate_ends_ms;
}

int sync_run(const struct sync_options *options, struct sync_report *report)
{
    int result = home_lock(options->home);

    memset(report, 0, sizeof *report);
    if (result != 0)
        return result == HOME_BUSY ? SYNC_BUSY : result;
    return exchange_renewed(options, report);
}
