/*
 * installs.h: which installs of a restored server could still come back. One thread.
 */
#pragma once

#include "server/ledger/ledger.h"
#include "server/ledger/restoring.h"

/*
 * All that are not revoked, of people who are not erased, with a certificate that can still be renewed at `now_ms`.
 * `*installs` is the caller's, malloc'ed; at most RESTORING_INSTALLS_MAX, the central ones always among them.
 */
int installs_list(struct ledger *ledger, uint64_t now_ms, struct restoring_install **installs, size_t *count);
