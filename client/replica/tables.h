/*
 * tables.h: how the replica lies in its store: tables, keys, and what several files of this room share.
 */
#pragma once

#include "client/replica/replica.h"
#include "common/store/keys.h"
#include "common/store/txn.h"

enum replica_table {
    TABLE_META,         /* name → value; see meta_* */
    TABLE_RECORD,       /* dossier, key → packed SealedRecord */
    TABLE_RIVALLED,     /* dossier, key: records with rivals */
    TABLE_MARKED,       /* dossier, key → packed Place: stored since the last complete pull */
    TABLE_SNAPSHOT,     /* dossier, key: what the snapshot that is under way has brought */
    TABLE_DETAILS,      /* person → packed PersonDetails */
    TABLE_OUTBOX,       /* number → packed Edit */
    TABLE_UNSENT,       /* dossier, key, number: the outbox by key */
    TABLE_OWN,          /* edit id → where the server had it; see kept.c */
    TABLE_ATTENTION,    /* running number → size of edit (u32), packed Edit, packed Error */
    TABLE_FIGURES,      /* round, basis → packed Benchmark */
    TABLE_ATTENTION_OF, /* dossier, key, running number: the tray by key */
    TABLE_HISTORY,      /* dossier, key, edit id → see history.c */
    TABLE_SHOWN,        /* dossier, key → ids of the heads that were shown last */
    TABLE_KEPT,         /* edit id → whether it was late (u8), packed Edit: own, acknowledged; see kept.c */
    TABLE_RECEIPT,      /* round → packed Signed: the newest receipt of the own submission */
    TABLE_NAMELESS,     /* person: the server has lost the details that are here */
    TABLE_AWAITED,      /* dossier, key → packed Edit: own, acknowledged, and its record has not come yet */
    TABLE_COUNT,
};

struct replica {
    struct store *store;
    const struct clock *clock;
    uint64_t kept_most; /* own edits that are kept though a backup has them: KEPT_EDITS, fewer where a test wants it */
};

struct key record_table_key(const char *dossier, const char *key);
struct key unsent_table_key(const char *dossier, const char *key, uint64_t number);
struct key number_table_key(uint64_t number);

/* Meta: one value by name, or by name and dossier. */
struct bytes meta_get(struct txn *txn, const char *name, const char *dossier);
void meta_put(struct txn *txn, const char *name, const char *dossier, struct bytes value);
void meta_delete(struct txn *txn, const char *name, const char *dossier);
uint64_t meta_number(struct txn *txn, const char *name, const char *dossier);
void meta_put_number(struct txn *txn, const char *name, const char *dossier, uint64_t number);

/* A message of our own making, out of the store: what cannot be read is FAULT_CORRUPT. */
int stored_unpack(const ProtobufCMessageDescriptor *descriptor, struct bytes packed, struct arena *arena, void *out);
/* REPLICA_NONE where this home has none. */
int record_read(struct txn *txn, struct arena *arena, const char *dossier, const char *key, Ci__Record **record);
/* Puts the sealed record, and keeps the index of rivals and the marks. `record` is what is packed in `sealed`. */
void record_store(struct txn *txn, struct arena *arena, const Ci__SealedRecord *sealed, const Ci__Record *record);
/* This home's own latest word on the key; see replica_word. */
int word_find(struct txn *txn, struct arena *arena, const char *dossier, const char *key, Ci__Edit **edit,
              bool *unsent);
/* The server has acknowledged this own edit: it is kept (kept.c). */
void kept_note(struct txn *txn, struct arena *arena, const Ci__Edit *edit, bool late);
/* The same, where it is a head now: until its record comes it is this home's own word on its key (word.c). */
void word_await(struct txn *txn, struct arena *arena, const Ci__Edit *edit);
/* A record of the key came: does it tell of that word? */
void word_arrived(struct txn *txn, struct arena *arena, const char *dossier, const char *key, const Ci__Record *record);
/* What became of a kept edit that was offered as history: it is where it belongs, or it is the tray's. */
void kept_confirm(struct txn *txn, const Ci__Edit *edit);
void kept_drop(struct txn *txn, const Ci__Edit *edit);
/* Whether this edit is in the outbox, under this number. */
bool outbox_holds(struct txn *txn, struct arena *arena, const Ci__NumberedEdit *edit);
/* Takes an edit out of the outbox. */
void outbox_remove(struct txn *txn, uint64_t number, const Ci__Edit *edit);
/* Puts a refused or late edit where its author sees it. */
void attention_add(struct txn *txn, struct arena *arena, const Ci__Edit *edit, const Ci__Error *error);
/* A later own edit on the key was accepted: what was refused before it asks for nothing any more. */
void attention_settle(struct txn *txn, struct arena *arena, const Ci__Edit *accepted);
/* What the record holds after all, or has held, was admitted. */
void attention_settle_admitted(struct txn *txn, struct arena *arena, const char *dossier, const char *key,
                               const Ci__Record *record);

/* ---- history: each edit once, with what became of it ---- */
void history_note(struct txn *txn, struct arena *arena, const Ci__Edit *edit, enum edit_fate fate,
                  const Ci__Error *error);
/* Heads that are not known yet. */
void history_note_heads(struct txn *txn, struct arena *arena, const char *dossier, const char *key,
                        const Ci__Record *record);
void history_note_dismissed(struct txn *txn, struct arena *arena, const Ci__Edit *edit, const Ci__Error *error,
                            uint64_t now_ms);
