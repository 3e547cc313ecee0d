/*
 * replica.h: what this home knows and has not sent yet: records, outbox, attention tray, cached benchmark.
 *
 * An LMDB store with durable commits: an edit is on disk before replica_write returns. One process at a time writes;
 * messages given out live in the caller's arena. Knows nothing of the network.
 */
#pragma once

#include "common/base/arena.h"
#include "common/base/clock.h"
#include "common/base/cleanup.h"
#include "common/monitor/questionnaire.h"
#include "proto/messages.pb-c.h"

struct replica;

enum replica_outcome { REPLICA_NONE = 1 };

int replica_open(struct replica **out, const char *home_path, const struct clock *clock);
struct replica *replica_close(struct replica *replica);
DEFINE_CLEANUP(struct replica, replica_close)

/* ---- reading ---- */
int replica_record(struct replica *replica, struct arena *arena, const char *dossier, const char *key,
                   Ci__Record **record);
/* This home's own latest word on the key: unsent, else its own head, else what stands. `unsent` may be NULL. */
int replica_word(struct replica *replica, struct arena *arena, const char *dossier, const char *key, Ci__Edit **edit,
                 bool *unsent);
/* Every key of the dossier that begins with `prefix`, stored or unsent, in order; stop by returning non-zero, which is returned. */
int replica_each(struct replica *replica, const char *dossier, const char *prefix,
                 int (*visit)(void *context, const char *key), void *context);
int replica_details(struct replica *replica, struct arena *arena, const char *person, Ci__PersonDetails **details);
/* REPLICA_NONE: the round, or its questionnaire, is not here (sync first). */
int replica_round(struct replica *replica, struct arena *arena, const char *round, Ci__Round **message);
int replica_questionnaire(struct replica *replica, const char *round, struct questionnaire **questionnaire);

struct replica_counts {
    uint64_t unsent, received, backed_up; /* own edits: not sent yet; on the server; of those in a backup */
    uint64_t attention, conflicts;        /* refused edits; records with rivals in the own dossier */
    uint64_t complete_as_of_ms;           /* server time of the last complete pull; 0: never */
};
int replica_counts(struct replica *replica, struct replica_counts *counts);
/* Refused edits, oldest first. */
int replica_each_attention(struct replica *replica, struct arena *arena,
                           int (*visit)(void *context, const Ci__Edit *edit, const Ci__Error *error), void *context);

/* ---- writing: saved means saved ---- */
struct draft {
    const char *dossier, *key;
    struct bytes value;         /* packed message of the kind; data NULL: cleared */
    struct bytes questionnaire; /* hash for answers, else empty */
    const char *author;         /* person id */
    bool resolves;              /* names every rival that this home knows as seen */
};
/* All or none, one commit. Base and seen follow from what this home knows. `ids` (count × 16 bytes) may be NULL. */
int replica_write(struct replica *replica, const struct draft *drafts, size_t count, uint8_t *ids);

/* ---- the last figures seen, so that comparing works offline ---- */
int replica_figures_store(struct replica *replica, const Ci__Benchmark *benchmark);
int replica_figures(struct replica *replica, struct arena *arena, const char *round, Ci__Basis basis,
                    Ci__Benchmark **benchmark);
