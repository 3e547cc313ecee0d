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
#include "common/wire/limits.h"
#include "proto/messages.pb-c.h"

enum { KEPT_EDITS = 20000 }; /* of one's own, acknowledged, that are kept for after a loss; some 10 MB */

struct replica;

enum replica_outcome { REPLICA_NONE = 1 };

int replica_open(struct replica **out, const char *home_path, const struct clock *clock);
struct replica *replica_close(struct replica *replica);
DEFINE_CLEANUP(struct replica, replica_close)

/* ---- reading ---- */
int replica_record(struct replica *replica, struct arena *arena, const char *dossier, const char *key,
                   Ci__Record **record);
/*
 * This home's own latest word on the key: unsent, else acknowledged and without its record, else its own head, else what
 * stands. `unsent` may be NULL.
 */
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
    uint64_t newest; /* the number given to the newest own edit, sent or not: another one, and there is something new */
    uint64_t unsent, received, backed_up; /* own edits: not sent yet; on the server; of those in a backup */
    uint64_t attention;                   /* entries in the tray */
    uint64_t complete_as_of_ms;           /* server time of the last complete pull; 0: never */
};
int replica_counts(struct replica *replica, struct replica_counts *counts);

/* ---- the tray: what was refused or came late, oldest first; a number names an entry for good ---- */
int replica_each_attention(struct replica *replica, struct arena *arena,
                           int (*visit)(void *context, uint64_t number, const Ci__Edit *edit, const Ci__Error *error),
                           void *context);
/* Its author is done with it: it goes, and the history keeps that. REPLICA_NONE: there is no such entry. */
int replica_dismiss(struct replica *replica, uint64_t number);

/* ---- answers side by side ---- */
struct heads {
    size_t count;
    Ci__Edit *edits[HEADS_MAX]; /* what stands, then its rivals */
    Ci__Edit *unsent;           /* this home's newest unsent edit on the key, or NULL */
    bool chosen;                /* the unsent edits have seen them all: what is sent next resolves it */
    bool shown;                 /* these were shown last: replica_note_shown */
};
/* Keys of the dossier whose record has rivals, in order. */
int replica_each_rivalled(struct replica *replica, const char *dossier, int (*visit)(void *context, const char *key),
                          void *context);
/* REPLICA_NONE: the server has nothing on the key yet. */
int replica_heads(struct replica *replica, struct arena *arena, const char *dossier, const char *key,
                  struct heads *heads);
/* They are on the screen: an edit that resolves may name them as seen. */
int replica_note_shown(struct replica *replica, const char *dossier, const char *key, const struct heads *heads);

/* ---- history, as far as this home knows it ---- */
enum edit_fate {
    FATE_SEEN, /* seen in a record; of somebody else, or written here before the replica kept a history */
    FATE_UNSENT,
    FATE_STANDS,
    FATE_RIVAL,
    FATE_AGREED,
    FATE_SUPERSEDED,
    FATE_LATE,
    FATE_REFUSED,
    FATE_LAST = FATE_REFUSED,
};
struct history_row {
    Ci__Edit *edit;
    enum edit_fate fate;   /* when the server took it; where it is now the record tells */
    uint64_t dismissed_ms; /* from the tray; 0: it was not */
    Ci__Error *error;      /* of refused and late ones, or NULL */
};
struct edit_history {
    struct history_row *rows; /* what was seen before what saw it; else by their authors' clocks */
    size_t count;
    Ci__Record *record; /* NULL: the server has nothing on the key */
};
/* Keys of the dossier of which there is a history, in order. */
int replica_each_history(struct replica *replica, const char *dossier, int (*visit)(void *context, const char *key),
                         void *context);
int replica_history(struct replica *replica, struct arena *arena, const char *dossier, const char *key,
                    struct edit_history *history);

/* ---- writing: saved means saved ---- */
struct draft {
    const char *dossier, *key;
    struct bytes value;         /* packed message of the kind; data NULL: cleared */
    struct bytes questionnaire; /* hash for answers, else empty */
    const char *author;         /* person id */
    const struct heads *seen;   /* heads that the author was shown, and that this edit resolves; NULL: none */
};
/* All or none, one commit. Base and seen follow from what this home knows. `ids` (count × 16 bytes) may be NULL. */
int replica_write(struct replica *replica, const struct draft *drafts, size_t count, uint8_t *ids);

/* ---- the last figures seen, so that comparing works offline ---- */
int replica_figures_store(struct replica *replica, const Ci__Benchmark *benchmark);
int replica_figures(struct replica *replica, struct arena *arena, const char *round, Ci__Basis basis,
                    Ci__Benchmark **benchmark);

/* ---- what the server signed about the own submission of a round; not checked here ---- */
int replica_receipt_store(struct replica *replica, struct arena *arena, const char *round, const Ci__Signed *receipt);
/* REPLICA_NONE where there is none yet. */
int replica_receipt(struct replica *replica, struct arena *arena, const char *round, Ci__Signed **receipt);
