/*
 * enrolment.h: from an invitation code to a home with a certificate. Blocking.
 */
#pragma once

#include "client/identity/home.h"

enum enrolment_outcome {
    ENROLMENT_CODE_INVALID = 1, /* mistyped: nothing was sent */
    ENROLMENT_BUSY,             /* another process of this home syncs or enrols */
    ENROLMENT_OTHER_PERSON,     /* the home is somebody else's: nothing in it was changed, and the code is spent */
};

/* `passphrase` NULL: the key is kept in the clear. FAULT_REFUSED where the server refuses the code. */
int enrolment_run(struct home *home, const char *text, const char *passphrase, struct identity *identity);
