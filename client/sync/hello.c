/*
 * hello.c: see hello.h. Pure but for reading the replica.
 */
#include "client/sync/hello.h"

#include <string.h>

#include "client/replica/exchange.h"
#include "common/base/fault.h"
#include "common/wire/limits.h"

int hello_make(struct replica *replica, struct arena *arena, Ci__Hello *hello)
{
    hello->version_min = hello->version_max = PROTOCOL_VERSION;
    hello->software = arena_string(arena, "cimonitor " CIMONITOR_VERSION);
    if (!hello->software)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    return exchange_hello(replica, arena, hello);
}

int readmit_make(struct replica *replica, const struct identity *identity, struct arena *arena, Ci__Readmit *readmit)
{
    const char *key = arena_format(arena, "person/%s", identity->person);

    if (!key)
        return FAULT(FAULT_MEMORY, "out of memory for a request");
    int found = exchange_sealed(replica, arena, "NL", key, &readmit->person);

    return found == REPLICA_NONE ? 0 : found;
}

int hello_identity(struct identity *identity, const Ci__HelloReply *reply)
{
    if (strcmp(identity->person, reply->person) != 0)
        return FAULT(FAULT_INVALID, "the server takes this install for somebody else's: ask the central team");
    if (reply->version != PROTOCOL_VERSION)
        return FAULT(FAULT_INVALID, "the server chose a version of the protocol that was not offered");
    TRY(identity_set(identity, reply->person, reply->install, reply->role, reply->areas, reply->n_areas));
    identity_set_letterbox(identity, bytes_of(reply->letterbox.data, reply->letterbox.len));
    if (reply->certificate_ends_ms)
        identity->certificate_ends_ms = reply->certificate_ends_ms;
    return 0;
}
