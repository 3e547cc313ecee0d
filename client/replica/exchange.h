/*
 * exchange.h: the replica as the sync engine sees it: what to send, and how what came in is stored, each in one
 * durable commit. Messages given out live in the caller's arena.
 */
#pragma once

#include "client/replica/replica.h"

enum {
    EXCHANGE_MARKED_MAX = 2000, /* marked places in hello, all dossiers together: below its 512 KiB */
    EXCHANGE_PUSH_BYTES = 900 * 1024,
};

/* ---- hello ---- */
/* Fills incarnation, last_number, sent and dossiers (those that this home ever pulled). */
int exchange_hello(struct replica *replica, struct arena *arena, Ci__Hello *hello);
/* What hello said of the journal: own edits acknowledged before are in it up to `head`. */
int exchange_note_journal(struct replica *replica, uint64_t head, uint64_t backed_up);
/* Cloned or restored: a new random incarnation, and what is unsent is numbered from 1. */
int exchange_reincarnate(struct replica *replica);

/* ---- push ---- */
/* The next edits, at most `edits_max` and EXCHANGE_PUSH_BYTES; none: REPLICA_NONE. */
int exchange_push(struct replica *replica, struct arena *arena, size_t edits_max, Ci__Push *push);
/*
 * What became of them: acknowledged edits leave the outbox, refused and late ones go to the attention tray, records
 * are stored. FAULT_INVALID, and nothing changed, where the reply is not one to this push.
 */
int exchange_pushed(struct replica *replica, struct arena *arena, const Ci__Push *push, const Ci__PushReply *reply);
/* An edit that makes the whole push fail by itself goes to the attention tray with the reason. */
int exchange_park(struct replica *replica, struct arena *arena, const Ci__NumberedEdit *edit, const Ci__Error *error);

/* ---- pull ---- */
/* Empty where there is none. In the arena. */
int exchange_cursor(struct replica *replica, struct arena *arena, const char *dossier, struct bytes *cursor);
int exchange_forget_cursor(struct replica *replica, const char *dossier);
/* Items, what a snapshot lacks, marks and cursor, in one commit. */
int exchange_pulled(struct replica *replica, struct arena *arena, const char *dossier, const Ci__PullReply *page);
/* All dossiers were pulled to their end in one session that began at this server time. */
int exchange_complete(struct replica *replica, uint64_t server_ms);
