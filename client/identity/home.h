/*
 * home.h: the folder of one person's install: key, certificate, replica, and the lock that lets one process sync.
 *
 * HOME/key.pem (0600, optionally under a passphrase), certificate.pem, ca.pem, identity (person, install, role, areas,
 * server address, as one packed message), replica/. Replaced whole (write, fsync, rename, fsync the folder).
 */
#pragma once

#include <openssl/evp.h>
#include <stdbool.h>

#include "common/base/arena.h"
#include "common/base/cleanup.h"
#include "proto/messages.pb-c.h"

struct home;

enum home_outcome { HOME_NOT_ENROLLED = 1, HOME_BUSY };

/* `path` NULL: CIMONITOR_HOME, else ~/.cimonitor. Made (0700) where `create`. */
int home_open(struct home **out, const char *path, bool create);
struct home *home_close(struct home *home);
DEFINE_CLEANUP(struct home, home_close)

const char *home_path(const struct home *home);
/* Held until home_close; HOME_BUSY where another process of this home syncs. */
int home_lock(struct home *home);

/* Who this install is: what the last certificate or hello said. HOME_NOT_ENROLLED before enrolment. */
struct identity {
    char person[18], install[33];
    Ci__Role role;
    size_t area_count;
    char areas[64][41];
    char server[300];               /* HOST:PORT */
    uint64_t certificate_ends_ms;
};
int home_identity(struct home *home, struct identity *identity);
/* The municipality of a respondent, lead or executive; NULL for the others. */
const char *identity_municipality(const struct identity *identity);
