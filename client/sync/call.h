/*
 * call.h: one session with the server, from the point of view of a command: connect, hello, ask, read answers.
 *
 * Blocking (runs its own loop). Faults: FAULT_NETWORK where the server cannot be reached (exit status 4), FAULT_REFUSED
 * where it answered with an error.
 */
#pragma once

#include "client/identity/home.h"
#include "client/replica/replica.h"
#include "common/base/arena.h"

struct call;

int call_open(struct call **out, struct home *home, struct replica *replica);
struct call *call_close(struct call *call);
DEFINE_CLEANUP(struct call, call_close)

/* One request, one reply of type + 0x8000, decoded into the arena. */
int call_request(struct call *call, uint16_t type, const ProtobufCMessage *request, struct arena *arena,
                 ProtobufCMessage **reply);
/* How long an answer may take; a minute at first. */
void call_set_timeout(struct call *call, unsigned timeout_ms);
/* Waits for the next event, at most `timeout_ms`; CALL_TIMEOUT. */
enum call_outcome { CALL_TIMEOUT = 1 };
int call_event(struct call *call, unsigned timeout_ms, struct arena *arena, uint16_t *type, ProtobufCMessage **event);
