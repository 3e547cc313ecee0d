/*
 * people.h: who is asking, and what that person may see and do. Looked up in the view at each request, so a
 * revocation works at once.
 */
#pragma once

#include "common/base/digest.h"
#include "common/store/txn.h"
#include "common/tls/channel.h"
#include "common/wire/limits.h"
#include "proto/model.pb-c.h"
#include "server/journal/journal.h"

enum { PERSON_ID_SIZE = 18, INSTALL_ID_SIZE = 33, AREA_CODE_SIZE = 41 };

#define ROLE_BIT(role) (1u << (role))
#define ANY_ROLE       0xffffffffu

struct principal {
    char person[PERSON_ID_SIZE]; /* "p" and 16 hexadecimal digits; empty: nobody (enrolling) */
    char install[INSTALL_ID_SIZE];
    Ci__Role role;
    size_t area_count;
    char areas[PRINCIPAL_AREAS_MAX][AREA_CODE_SIZE];
};

/*
 * A peer's principal as it was found last, and of which view (meta_national): with the hash, since a position alone may be
 * another entry's after a transaction that was dropped. Goes with the peer's request from thread to thread.
 */
struct principal_memo {
    struct journal_head national; /* position 0: nothing found yet */
    struct principal principal;
};
/*
 * 0, or the error_code (> 0) that refuses: unknown_install, revoked, no_certificate. Looked up anew when something of NL
 * has changed since `memo`; that may be NULL.
 */
int principal_find(struct txn *txn, const struct tls_peer *peer, struct principal_memo *memo,
                   struct principal *principal);
/* The access of this person, or of this install, was revoked. */
bool access_is_revoked(struct txn *txn, const char *id);
/* The municipality that this person writes for, or NULL. */
const char *principal_municipality(const struct principal *principal);
/* May read records of this dossier at all (what of NL is decided by record: feed.h). */
bool principal_reads(const struct principal *principal, const char *dossier);
/* Covers the municipality through one of its areas (coordinator), or all (central). */
bool principal_covers(struct txn *txn, const struct principal *principal, const char *area);
