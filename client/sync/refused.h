/*
 * refused.h: the server's error as a fault, in the person's language, with its code. Any thread.
 */
#pragma once

#include <stdbool.h>

#include "common/base/fault.h"
#include "proto/messages.pb-c.h"

struct fault_refusal refusal_of(const Ci__Error *error);
/* −FAULT_REFUSED; fault_refusal() has code, name and when to come back. */
int refused(const Ci__Error *error);
/* One of several that were sent may be to blame: it cannot be read, or the server fails over it. The others may be taken. */
bool refused_for_one(uint32_t code);
/* A server that fails over more of them than that in one sync fails over everything. */
enum { REFUSED_FAILURES_MAX = 3 };
/* A new incarnation has not helped, again and again. −FAULT_UNTRUSTED. */
int refused_as_copy(void);
