/*
 * hello.h: the first request of a session, from the replica, and what its answer means for the identity.
 */
#pragma once

#include "client/identity/home.h"
#include "client/replica/replica.h"

int hello_make(struct replica *replica, struct arena *arena, Ci__Hello *hello);
/* To a restored server that does not know us: with our person as it once gave it out, in case that is lost too. */
int readmit_make(struct replica *replica, const struct identity *identity, struct arena *arena, Ci__Readmit *readmit);
/* Role, areas, install and end of the certificate as the server has them now. FAULT_INVALID for another person. */
int hello_identity(struct identity *identity, const Ci__HelloReply *reply);
