/*
 * session.h: requests and replies on a transport: what fits, what is an error, and events that come in between.
 */
#pragma once

#include "client/sync/transport.h"
#include "common/base/arena.h"

struct session;

enum session_outcome { SESSION_TIMEOUT = 1, SESSION_REFUSED };

/* Takes the transport over. */
int session_new(struct session **out, struct transport *transport);
struct session *session_free(struct session *session);
DEFINE_CLEANUP(struct session, session_free)

/*
 * One request and its reply, in the arena. SESSION_REFUSED: the server answered with an error (session_error); the
 * session goes on. No answer within the time is FAULT_NETWORK.
 */
int session_request(struct session *session, uint16_t type, const ProtobufCMessage *request, struct arena *arena,
                    ProtobufCMessage **reply);
/* How long an answer may take; a minute at first. */
void session_set_timeout(struct session *session, unsigned timeout_ms);
int session_event(struct session *session, unsigned timeout_ms, struct arena *arena, uint16_t *type,
                  ProtobufCMessage **event);
/* Of the last SESSION_REFUSED; lives as long as the session. NULL before one. */
const Ci__Error *session_error(const struct session *session);
/* The same as a fault, in the person's language. */
int session_refused(const struct session *session);
uint64_t session_bytes(const struct session *session);
