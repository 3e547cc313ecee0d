/*
 * refused.h: the server's error as a fault, in the person's language, with its code. Any thread.
 */
#pragma once

#include "proto/messages.pb-c.h"

/* −FAULT_REFUSED; fault_refusal() has code, name and when to come back. */
int refused(const Ci__Error *error);
