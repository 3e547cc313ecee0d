/*
 * exchange.h: the replica as the sync engine sees it: what to send, and how what came in is stored, each in one
 * durable commit. Messages given out live in the caller's arena.
 */
#pragma once

#include "client/replica/replica.h"
#include "common/wire/limits.h"

enum {
    EXCHANGE_MARKED_MAX = HELLO_MARKED_MAX, /* marked places in hello, all dossiers together: below its 512 KiB */
    EXCHANGE_PUSH_BYTES = 900 * 1024,
};

/* ---- hello ---- */
/* Fills incarnation, last_number, sent and dossiers (those that this home ever pulled). */
int exchange_hello(struct replica *replica, struct arena *arena, Ci__Hello *hello);
/*
 * What hello said of the journal: own edits of syncs that came to their end are in it up to `head`; of what is backed
 * up only KEPT_EDITS are kept. `lost`: the server lacks something that it had.
 */
int exchange_note_journal(struct replica *replica, uint64_t head, uint64_t backed_up, bool lost);
/* Cloned or restored: a new random incarnation, and what is unsent is numbered from 1. */
int exchange_reincarnate(struct replica *replica);

/* ---- heal ---- */
/* All records of the dossier are to be asked about, whatever hello said: marks do not tell of all. */
int exchange_asks_all(struct replica *replica, const char *dossier, bool *all);
/* Places of the records behind the key `after` (empty: from the first), at most EXCHANGE_MARKED_MAX. REPLICA_NONE. */
int exchange_places(struct replica *replica, struct arena *arena, const char *dossier, const char *after,
                    Ci__Heal *heal);
/* The records of heal->dossier with these keys, as many as fit: `*taken` keys were looked at. */
int exchange_offer(struct replica *replica, struct arena *arena, char *const *keys, size_t count, size_t records_max,
                   size_t *taken, Ci__Heal *heal);
/* Persons whose details the server says it has lost: those that are here are given back. */
int exchange_note_nameless(struct replica *replica, char *const *persons, size_t count);
/* Details of persons that the server has lost, and that are here; REPLICA_NONE. In a heal of their own. */
int exchange_details(struct replica *replica, struct arena *arena, Ci__Heal *heal);
/*
 * Refused records go to the attention tray, head by head; details are the server's to have. FAULT_INVALID where the reply is
 * not one to this heal.
 */
int exchange_healed(struct replica *replica, struct arena *arena, const Ci__Heal *heal, const Ci__HealReply *reply);
/* A record that makes the whole heal fail by itself. */
int exchange_park_record(struct replica *replica, struct arena *arena, const Ci__SealedRecord *sealed,
                         const Ci__Error *error);
/* The server lacks something that hello did not ask about. */
int exchange_note_lost(struct replica *replica);
/* As it came. REPLICA_NONE. */
int exchange_sealed(struct replica *replica, struct arena *arena, const char *dossier, const char *key,
                    Ci__SealedRecord **sealed);

/* ---- offer_history ---- */
/*
 * The next own edits, at most `edits_max`: after a loss all that are kept, else of a sync that was cut those that no record
 * heads. `after`: zeros at first, then what it was set to. REPLICA_NONE.
 */
int exchange_history(struct replica *replica, struct arena *arena, size_t edits_max, uint8_t after[ID_BYTES],
                     Ci__OfferHistory *offer);
/* What the server does not take any more goes to the attention tray, and is not offered again. */
int exchange_history_offered(struct replica *replica, struct arena *arena, const Ci__OfferHistory *offer,
                             const Ci__OfferHistoryReply *reply);
/* The server lacked something, and not all that is kept was offered since. */
int exchange_lost(struct replica *replica, bool *lost);
/* All of it was offered. */
int exchange_history_end(struct replica *replica);

/* ---- push ---- */
/* The next edits behind number `after` (0: the first), at most `edits_max` and EXCHANGE_PUSH_BYTES; none: REPLICA_NONE. */
int exchange_push(struct replica *replica, struct arena *arena, uint64_t after, size_t edits_max, Ci__Push *push);
/*
 * What became of them: acknowledged edits leave the outbox, refused and late ones go to the attention tray, records
 * are stored. Taken in a second time (a bundle's answers) it changes nothing. FAULT_INVALID, and nothing changed, where the
 * reply is not one to this push, or brings other records.
 */
int exchange_pushed(struct replica *replica, struct arena *arena, const Ci__Push *push, const Ci__PushReply *reply);
/*
 * The edit, and those behind it that are built on it (on the same key, or handing in its round), get new numbers behind all
 * others, in their order; `*number`: the first of them. Only what was never acknowledged: under its old number nothing is known of it.
 */
int exchange_defer(struct replica *replica, const Ci__NumberedEdit *edit, uint64_t *number);
/* An edit that makes the whole push fail by itself goes to the attention tray with the reason. */
int exchange_park(struct replica *replica, struct arena *arena, const Ci__NumberedEdit *edit, const Ci__Error *error);

/* ---- pull ---- */
/* Empty where there is none. In the arena. */
int exchange_cursor(struct replica *replica, struct arena *arena, const char *dossier, struct bytes *cursor);
int exchange_forget_cursor(struct replica *replica, const char *dossier);
/* Items, what a snapshot lacks, marks and cursor, in one commit. */
int exchange_pulled(struct replica *replica, struct arena *arena, const char *dossier, const Ci__PullReply *page);
/*
 * All dossiers were pulled to their end in one session that began at this server time. `settled`: and what was acknowledged
 * is where it belongs: nothing that the session offered as history was refused.
 */
int exchange_complete(struct replica *replica, uint64_t server_ms, bool settled);
