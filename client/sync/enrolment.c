/*
 * enrolment.c: the key first, then the server is checked, then the secret is sent, then everything is stored. A lost
 * answer costs nothing: the same code and key get the same certificate again.
 */
#include "client/sync/enrolment.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "client/identity/key.h"
#include "client/sync/hello.h"
#include "client/sync/session.h"
#include "common/base/fault.h"
#include "common/wire/invitation_code.h"
#include "common/wire/limits.h"
#include "common/wire/message.h"

static int open_session(const struct invitation_code *code, struct session **session)
{
    CLEANUP(tls_context_free) SSL_CTX *context = NULL;
    const struct tls_client_options nobody = { 0 };
    struct transport *transport = NULL;

    TRY(tls_client_context(&context, &nobody));
    const struct transport_options options = {
        .address = code->address, .context = context, .ca = code->ca, .ca_size = sizeof code->ca
    };

    TRY(transport_open(&transport, &options));
    return session_new(session, transport);
}

static int ask(const struct invitation_code *code, EVP_PKEY *key, struct arena *arena, Ci__Certificate **certificate)
{
    CLEANUP(session_free) struct session *session = NULL;
    Ci__Enrol request = CI__ENROL__INIT;
    struct bytes der;

    TRY(key_request(key, arena, &der));
    request.version_min = request.version_max = PROTOCOL_VERSION;
    request.secret = (ProtobufCBinaryData){ sizeof code->secret, (uint8_t *)(uintptr_t)code->secret };
    request.request = (ProtobufCBinaryData){ der.size, (uint8_t *)(uintptr_t)der.data };
    TRY(open_session(code, &session));
    int result = session_request(session, MESSAGE_ENROL, &request.base, arena, (ProtobufCMessage **)certificate);

    return result == SESSION_REFUSED ? session_refused(session) : result;
}

static int enrol(struct home *home, const struct invitation_code *code, const char *passphrase,
                 struct identity *identity)
{
    enum { ENROL_ARENA = 256 * 1024 };
    CLEANUP(arena_free) struct arena *arena = NULL;
    CLEANUP(key_free) EVP_PKEY *key = NULL;
    Ci__Certificate *certificate = NULL;

    TRY(arena_new(&arena, ENROL_ARENA));
    TRY(home_next_key(home, passphrase, &key));
    TRY(ask(code, key, arena, &certificate));
    snprintf(identity->server, sizeof identity->server, "%s", code->address);
    int result = home_store_certificate(home, key, certificate, identity);

    if (result == HOME_OTHER_PERSON) {
        TRY(home_drop_next_key(home));
        return ENROLMENT_OTHER_PERSON;
    }
    return result;
}

int enrolment_run(struct home *home, const char *text, const char *passphrase, struct identity *identity)
{
    struct invitation_code code;
    int result = home_lock(home);

    if (result != 0)
        return result == HOME_BUSY ? ENROLMENT_BUSY : result;
    result = invitation_code_parse(&code, text);
    if (result > 0)
        result = ENROLMENT_CODE_INVALID;
    if (result == 0) {
        memset(identity, 0, sizeof *identity);
        result = enrol(home, &code, passphrase, identity);
    }
    OPENSSL_cleanse(&code, sizeof code);
    return result;
}
