/*
 * making.h: a bundle while it is made; what the files that make it share (bundle.c, bundle_healing.c).
 */
#pragma once

#include "client/sync/bundle.h"
#include "client/sync/bundle_head.h"
#include "proto/home.pb-c.h"

enum { BUNDLE_FULL = BUNDLE_NOT_AWAITED + 1 }; /* an outcome between these files */

struct making {
    const struct sync_options *options;
    struct arena *arena;   /* the bundle's */
    struct arena *request; /* of one request at a time */
    EVP_PKEY *key;
    X509 *own, *letterbox;
    Ci__Bundle sealed;
    uint8_t head[DIGEST_BYTES]; /* of it; goes into every letter */
    Ci__KeptBundle kept;
    size_t bytes; /* of the sealed letters */
    struct bundle_made *made;
};

/* One letter more. BUNDLE_FULL. */
int making_add(struct making *making, uint16_t type, const ProtobufCMessage *message);
/* All records of the dossier, unasked. BUNDLE_FULL. */
int making_add_healing(struct making *making, const char *dossier);
