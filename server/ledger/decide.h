/*
 * decide.h: what an edit becomes: an entry, or a refusal. Here are all the rules; nothing is changed.
 */
#pragma once

#include "common/wire/limits.h"
#include "server/ledger/kinds.h"

enum { INCARNATION_BYTES = ID_BYTES };

struct sender {
    const struct principal *principal; /* NULL: the server itself, to which no rights apply */
    struct bytes incarnation;          /* empty: without a number */
    uint64_t number;
    enum {
        COMES_NEW,
        COMES_SUPERSEDED, /* as history alone: nothing is asked of its value, and no record changes */
        COMES_LATE,       /* for the late list: what it says must be readable, and is judged when it is admitted */
    } comes_as;
};

struct decision {
    enum {
        DECIDED,       /* `entry` is to be added */
        ALREADY_KNOWN, /* accepted before: `outcome` says what it became */
        NOT_ALLOWED,   /* `refusal` */
        IS_CLONED,     /* its number belongs to another edit: nothing of this push can be told apart */
    } verdict;
    Ci__EditEntry__Outcome outcome;
    Ci__Entry entry;
    Ci__EditEntry edit;       /* what `entry` holds; borrows from the edit, the sender and the arena */
    const Ci__Record *before; /* what the record was, so that applying need not read it again; NULL: none */
    struct refusal refusal;
};

int edit_decide(struct txn *txn, struct questionnaires *questionnaires, const struct sender *sender,
                const Ci__Edit *edit, struct arena *arena, struct decision *decision);
