/*
 * arrival.h: what is checked of a request before anybody works on it: from the header who may send it, in which role and when,
 * then what it says. Knows no connection; any thread.
 */
#pragma once

#include "server/request/route.h"

/* What the session knows of its peer. */
struct arrival {
    bool certificate, expired, greeted; /* greeted: hello was answered */
    Ci__Role role;                      /* as of its last answer; what a request may touch is looked up anew with it */
};

/* A session may last longer than its peer's certificate: to be called with the server's time before each look at it. */
void arrival_note_time(struct arrival *arrival, const struct tls_peer *peer, uint64_t now_ms);
/* Before anything is parsed. 0 and `*route`, or the error_code that refuses. */
int arrival_check(const struct arrival *arrival, uint16_t type, const struct route **route);
/* Unpacks by request->route into its arena. 0, or the error_code that refuses. */
int arrival_unpack(struct request *request, struct bytes payload);

/* For connections: 0, which has the payload skipped, for what no route knows. */
uint32_t arrival_limit(uint16_t type);
/* The same for who showed no certificate: all but the one request that needs none is 0, so nothing large is held for it. */
uint32_t arrival_stranger_limit(uint16_t type);
