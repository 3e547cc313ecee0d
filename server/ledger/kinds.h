/*
 * kinds.h: the kinds of records, a row each: where they live, who writes them, what is valid, what becomes of an edit
 * that was not based on what stands, and what a new standing value does to the view.
 */
#pragma once

#include "server/ledger/people.h"
#include "server/ledger/refusal.h"
#include "server/ledger/view.h"

/* An edit on its way through decide. */
struct proposal {
    struct txn *txn;
    struct questionnaires *questionnaires;
    struct arena *arena;
    const struct principal *principal; /* NULL: the server itself */
    const Ci__Edit *edit;
    struct record_key key;
    const void *value;        /* the kind's message; NULL where cleared */
    const Ci__Record *record; /* what stands; NULL: none */
    bool late;                /* set by a check: the round is closed */
    struct refusal refusal;
};

enum unseen {
    UNSEEN_IS_RIVAL,   /* kept beside what stands */
    UNSEEN_IS_STALE,   /* refused: look first */
    NOTHING_ELSE_EVER, /* frozen: only the same value again */
};

struct kind {
    const char *name;
    bool national; /* in NL, or in a municipality's dossier */
    bool clearable;
    unsigned writers; /* ROLE_BITs; 0: the server only */
    enum unseen unseen;
    const ProtobufCMessageDescriptor *value;
    /* 0, REFUSED with proposal->refusal, or a fault. Changes nothing. */
    int (*check)(struct proposal *proposal);
    /* NULL: none but the record itself. */
    int (*effect)(struct view *view, const struct applied *applied);
    /* What `effect` relies on, asked of a value that a lost history had accepted: as `check`. NULL: nothing. */
    int (*fits)(struct proposal *proposal);
    /* Of values from two histories the highest stands, and the lower are over. NULL: all are kept. */
    uint64_t (*rank)(const void *value);
    /* Of those who write the kind, who may say this: as `check`, and asked of what comes late too. NULL: all of them. */
    int (*right)(struct proposal *proposal);
};

/* NULL: there is no such kind. */
const struct kind *kind_find(const char *name);

/* Sets `value`: what the edit says, readable, packed canonically, and its author's to say. As `check`, and before it. */
int proposal_read(struct proposal *proposal, const struct kind *kind);

int person_check(struct proposal *proposal);
int install_check(struct proposal *proposal);
int install_effect(struct view *view, const struct applied *applied);
int release_check(struct proposal *proposal);
int revocation_check(struct proposal *proposal);
int admission_check(struct proposal *proposal);
int area_proposal_check(struct proposal *proposal);
int area_effect(struct view *view, const struct applied *applied);
int questionnaire_proposal_check(struct proposal *proposal);
int questionnaire_check_new(struct proposal *proposal);
int round_check(struct proposal *proposal);
int round_fits(struct proposal *proposal);
uint64_t round_rank(const void *value);
int round_effect(struct view *view, const struct applied *applied);
int answer_proposal_check(struct proposal *proposal);
int answer_proposal_fits(struct proposal *proposal);
int answer_effect(struct view *view, const struct applied *applied);
int submission_right(struct proposal *proposal);
int submission_check(struct proposal *proposal);
int submission_fits(struct proposal *proposal);
int submission_effect(struct view *view, const struct applied *applied);
