/*
 * refused.h: the server's error as a fault, in the person's language, with its code. Any thread.
 */
#pragma once

#include "common/base/fault.h"
#include "proto/messages.pb-c.h"

struct fault_refusal refusal_of(const Ci__Error *error);
/* −FAULT_REFUSED; fault_refusal() has code, name and when to come back. */
int refused(const Ci__Error *error);
