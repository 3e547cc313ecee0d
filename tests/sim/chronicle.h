/*
 * chronicle.h: everything that was ever said in a world, and what became of it: who wrote it, whether it was acknowledged,
 * and, by the rules of oracle.c alone, what stands for each key. The invariants are asked of this.
 */
#pragma once

#include "common/base/digest.h"
#include "common/monitor/record_key.h"
#include "common/wire/limits.h"
#include "proto/journal.pb-c.h"
#include "server/journal/journal.h"
#include "server/request/request.h"

struct world;
struct install;

enum { SAID_MAX = 1200, STANDS_MAX = 400, ABSORBED_MAX = 1200, PAST_MAX = 16, BY_SERVER_ITSELF = -1, NOBODY = -1 };

/* An edit. Named by its index from here on. */
struct said {
    uint8_t id[ID_BYTES];
    char dossier[DOSSIER_MAX + 1], key[RECORD_KEY_MAX + 1];
    uint8_t whole[DIGEST_BYTES]; /* digest of the edit as it was written */
    uint8_t value[DIGEST_BYTES]; /* digest; of nothing where it was cleared */
    bool cleared, has_base;
    uint8_t base_value[DIGEST_BYTES];
    int seen[SEEN_MAX];
    size_t seen_count, named_count; /* what it names comes first; then what an admission lets it count as seen */
    int home;                       /* index of the install that wrote it, or BY_SERVER_ITSELF */
    uint64_t accepted;              /* where it is in the journal as it is now; 0: it is not */
    bool acknowledged;              /* an answer that said so has left the server */
    bool excused;                   /* its last copy was destroyed on purpose */
    bool backed_up;                 /* a backup has it */
    bool unkept;                    /* so was the copy of its author, who was put back to before it or is gone */
    bool
        refused; /* it came again, and a server that had lost it did not take it: its author's tray has it, and may settle it */
    bool late, was_late; /* in the late list; ever */
};

/* What stands for a key, by the oracle. */
struct stands {
    const char *dossier, *key;
    int standing, rivals[HEADS_MAX];
    size_t rival_count;
    int past[PAST_MAX];
    size_t past_count;
    struct journal_head place;
};

/* One number of one incarnation was given to an edit. */
struct numbered {
    char install[33];
    uint8_t incarnation[ID_BYTES];
    uint64_t number;
    int edit;
};

struct chronicle {
    struct said said[SAID_MAX];
    size_t said_count;
    struct stands stands[STANDS_MAX];
    size_t stands_count;
    struct {
        int by, edit;
    } absorbed[ABSORBED_MAX]; /* agreed: the same value, under another edit */
    size_t absorbed_count;
    struct numbered numbers[SAID_MAX];
    size_t number_count;
    struct journal_head head; /* how far the journal was read */
    uint64_t outcomes;        /* a sum over what became of what, without ids and times */
    uint64_t rewinds;         /* how often the journal became shorter on purpose */
    uint64_t served_from;     /* how far the journal was when the requests under way arrived */
    uint8_t questionnaire[DIGEST_BYTES];
    bool moved;       /* since the invariants were looked at */
    uint32_t dirty;   /* installs that changed since, a bit each */
    uint32_t forgets; /* installs that were put back: what they held before is no measure */
};

/* An edit's index, NOBODY where it was never heard of; or learned now. */
int chronicle_find(const struct chronicle *chronicle, struct bytes id);
int chronicle_learn(struct chronicle *chronicle, const Ci__Edit *edit, int home);

/* Brings it up to the journal: on disk, by the real reader. Where the journal was cut back: anew. */
void chronicle_read(struct world *world);

/* An install saved an edit; its machine crashed; it took an answer in; it came to the end of a sync. */
void chronicle_saved(struct world *world, struct install *install, const char *dossier, const char *key,
                     const uint8_t id[ID_BYTES]);
void chronicle_crashed(struct world *world, struct install *install);
void chronicle_received(struct world *world, struct install *install);
void chronicle_synced(struct world *world, struct install *install);
/* Its author has to have it still: whoever keeps few has to have what no backup has. */
bool chronicle_must_keep(const struct world *world, int edit);
/* A backup was made of the journal as it is. */
void chronicle_backed_up(struct chronicle *chronicle);
/* A home was put back to an earlier copy, or is gone: what only it held is nobody's loss. */
void chronicle_put_back(struct world *world, struct install *install);
