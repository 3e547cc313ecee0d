/*
 * home.h: the folder of one person's install: key, certificate, replica, and the lock that lets one process sync.
 *
 * HOME/key.pem (0600, optionally under a passphrase), certificate.pem, ca.pem, identity (lines of a name and a value:
 * person, install, role, areas, server, certificate-ends), letterbox.der (what letters are sealed for), bundle (home.proto),
 * replica/, lock. Each file is replaced whole. A new key and
 * its certificate wait as key-next.pem and certificate-next.pem until both are there.
 */
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>

#include "common/base/arena.h"
#include "common/base/bytes.h"
#include "common/base/cleanup.h"
#include "proto/messages.pb-c.h"

struct home;

enum home_outcome { HOME_NOT_ENROLLED = 1, HOME_BUSY, HOME_OTHER_PERSON, HOME_NO_BUNDLE };
enum { LETTERBOX_BYTES_MAX = 2048 };

/* `path` NULL: CIMONITOR_HOME, else ~/.cimonitor. Made (0700) where `create`; else HOME_NOT_ENROLLED where it is missing. */
int home_open(struct home **out, const char *path, bool create);
struct home *home_close(struct home *home);
DEFINE_CLEANUP(struct home, home_close)

const char *home_path(const struct home *home);
/* Held until home_close; HOME_BUSY where another process of this home syncs. */
int home_lock(struct home *home);
/* The process that took it last; 0: not known. */
int home_lock_owner(const struct home *home);

/* Who this install is: what the last certificate or hello said. HOME_NOT_ENROLLED before enrolment. */
struct identity {
    char person[18], install[33];
    Ci__Role role;
    size_t area_count;
    char areas[64][41];
    char server[300]; /* HOST:PORT */
    uint64_t certificate_ends_ms;
    size_t letterbox_size; /* 0: the server has not told it yet */
    uint8_t letterbox[LETTERBOX_BYTES_MAX];
};
int home_identity(struct home *home, struct identity *identity);
/* Durable; nothing is written where the same stands there already. */
int home_remember(struct home *home, const struct identity *identity);
/* What the server said at the last sync, so that it can be shown without a network; durable. */
int home_set_revoked(struct home *home, bool revoked);
bool home_is_revoked(const struct home *home);
/* The municipality of a respondent, lead or executive; NULL for the others. */
const char *identity_municipality(const struct identity *identity);

/* ---- the newest bundle (proto/home.proto), as it was kept; under the lock ---- */
/* HOME_NO_BUNDLE. In the arena. */
int home_bundle(const struct home *home, struct arena *arena, struct bytes *kept);
int home_keep_bundle(const struct home *home, struct bytes kept);
/* Nothing to drop is no fault. */
int home_drop_bundle(const struct home *home);

/* ---- credentials ---- */
/* The install's own certificate and the CA's; either may be NULL where it is not wanted. */
int home_certificates(const struct home *home, X509 **own, X509 **ca);
/* The key that the certificate is for, the caller's to free; asks for the passphrase where it is under one, once. */
int home_key(struct home *home, EVP_PKEY **key);
/* The key to enrol with: on disk before it is used, and the same one until a certificate is stored. */
int home_next_key(struct home *home, const char *passphrase, EVP_PKEY **key);
/*
 * What enrolling or renewing brought for `key`, all of it or nothing after a crash; under the lock. `identity` gets the
 * person, install, role, areas and end; its server is the caller's. HOME_OTHER_PERSON: the home belongs to somebody
 * else, and nothing changes.
 */
int home_store_certificate(struct home *home, EVP_PKEY *key, const Ci__Certificate *certificate,
                           struct identity *identity);
/* Forgets a key that was made for an enrolment that will not happen. */
int home_drop_next_key(struct home *home);
const char *home_certificate_file(const struct home *home);
const char *home_ca_file(const struct home *home);

/* What the server says of us, checked into the identity's bounds. FAULT_INVALID where it does not fit. */
int identity_set(struct identity *identity, const char *person, const char *install, Ci__Role role, char *const *areas,
                 size_t area_count);
/* DER; empty or too large: what is known already stays. */
void identity_set_letterbox(struct identity *identity, struct bytes certificate);
