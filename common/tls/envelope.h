/*
 * envelope.h: what travels without a connection: signed by its author's key and sealed for one reader's, as CMS has it
 * (RFC 5652, AES-256-GCM as RFC 5084): what is inside can be read by the reader alone, and is its author's to the byte.
 * Any thread.
 */
#pragma once

#include "common/base/arena.h"
#include "common/tls/key.h"

enum { ENVELOPE_OVERHEAD_MAX = 8 * 1024 }; /* what sealing adds, certificates of at most 2 KiB included */

struct envelope_author {
    EVP_PKEY *key;
    X509 *certificate; /* goes along */
};
/* `*out` lives in the arena. */
int envelope_seal(struct bytes content, const struct envelope_author *author, X509 *reader, struct arena *arena,
                  struct bytes *out);

struct envelope_reader {
    EVP_PKEY *key;
    X509 *certificate; /* the one that it was sealed for, or another of the same key's */
    X509 *ca;          /* of the author's */
    uint64_t now_ms;
};
enum envelope_outcome {
    ENVELOPE_UNREADABLE = 1, /* no envelope, or changed on its way */
    ENVELOPE_NO_AUTHOR,      /* its author's certificate is not of this CA, or was over by more than it may (peer.h) */
    ENVELOPE_ELSEWHERE,      /* it cannot be opened, and says that it is for another's certificate */
};
/* The content lives in the arena; `*author` is the caller's, and may have expired: that is the caller's to weigh. */
int envelope_open(struct bytes sealed, const struct envelope_reader *reader, struct arena *arena, struct bytes *content,
                  X509 **author);
