/*
 * certificate.h: a certificate for an install, and the record of it: the common part of enrol and renew.
 */
#pragma once

#include "common/wire/limits.h"
#include "server/ledger/batch.h"
#include "server/request/request.h"

enum { CERTIFICATE_REQUEST_MAX = 2048 };

struct certificate_wanted {
    struct bytes request; /* PKCS #10 */
    const char *person;
    const Ci__Person *of;   /* that person's record */
    struct bytes code_hash; /* of the code used; empty in renewal with a new key */
    bool again;             /* the certificate that this key has already will do, while it is in date */
};

/* Replies with the certificate, or refuses (bad_request, revoked). Writer thread. */
int certificate_issue(struct request *request, struct batch *batch, const struct certificate_wanted *wanted);
bool version_is_spoken(uint32_t version_min, uint32_t version_max);
