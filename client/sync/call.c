/*
 * call.c: a session for one command: TLS, hello, and then what the command asks. Pushes and pulls nothing. One thread.
 */
#include "client/sync/call.h"

#include <stdlib.h>

#include "client/sync/hello.h"
#include "client/sync/session.h"
#include "common/base/fault.h"
#include "common/wire/message.h"

struct call {
    struct session *session;
};

static int say_hello(struct call *call, struct home *home, struct replica *replica, struct identity *identity)
{
    enum { HELLO_ARENA = 4 * 1024 * 1024 };
    CLEANUP(arena_free) struct arena *arena = NULL;
    Ci__Hello hello = CI__HELLO__INIT;
    Ci__HelloReply *reply = NULL;

    TRY(arena_new(&arena, HELLO_ARENA));
    TRY(hello_make(replica, arena, &hello));
    TRY(call_request(call, MESSAGE_HELLO, &hello.base, arena, (ProtobufCMessage **)&reply));
    TRY(hello_identity(identity, reply));
    return home_remember(home, identity);
}

int call_open(struct call **out, struct home *home, struct replica *replica)
{
    struct identity identity;
    struct transport *transport = NULL;
    CLEANUP(call_close) struct call *call = calloc(1, sizeof *call);

    if (!call)
        return FAULT(FAULT_MEMORY, "out of memory");
    if (home_identity(home, &identity) != 0)
        return FAULT(FAULT_MISSING, "this program is not enrolled");
    TRY(transport_open_home(&transport, home, &identity));
    TRY(session_new(&call->session, transport));
    TRY(say_hello(call, home, replica, &identity));
    *out = TAKE(&call);
    return 0;
}

struct call *call_close(struct call *call)
{
    if (call)
        session_free(call->session);
    free(call);
    return NULL;
}

int call_request(struct call *call, uint16_t type, const ProtobufCMessage *request, struct arena *arena,
                 ProtobufCMessage **reply)
{
    int result = session_request(call->session, type, request, arena, reply);

    return result == SESSION_REFUSED ? session_refused(call->session) : result;
}

void call_set_timeout(struct call *call, unsigned timeout_ms)
{
    session_set_timeout(call->session, timeout_ms);
}

int call_event(struct call *call, unsigned timeout_ms, struct arena *arena, uint16_t *type, ProtobufCMessage **event)
{
    int result = session_event(call->session, timeout_ms, arena, type, event);

    return result == SESSION_TIMEOUT ? CALL_TIMEOUT : result;
}
