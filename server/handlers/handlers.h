/*
 * handlers.h: one request type per file; routes.c is the table. Handlers are synchronous and run where blocking is
 * legal; tests call them with a temporary store and no loop.
 */
#pragma once

#include "server/request/route.h"

int handle_enrol(struct request *request, struct batch *batch);
int handle_renew(struct request *request, struct batch *batch);
int handle_hello(struct request *request, struct txn *txn, struct ledger *ledger);
int handle_heal(struct request *request, struct batch *batch);
int handle_offer_history(struct request *request, struct batch *batch);
int handle_readmit(struct request *request, struct batch *batch);
int handle_push(struct request *request, struct batch *batch);
int finish_push(struct request *request, struct ledger *ledger);
int handle_pull(struct request *request, struct txn *txn, struct ledger *ledger);
int finish_pull(struct request *request, struct ledger *ledger); /* once its transaction has ended */
int handle_query(struct request *request, struct txn *txn, struct ledger *ledger);
/* Subscribe's first answer; the session keeps the message and asks again (subscription_figures) when cells moved. */
int handle_subscribe(struct request *request, struct txn *txn, struct ledger *ledger);
int handle_unsubscribe(struct request *request, struct txn *txn, struct ledger *ledger);
int handle_ping(struct request *request, struct txn *txn, struct ledger *ledger);
int handle_invite(struct request *request, struct batch *batch);
/* Of `Status` it fills what the ledger knows; the session adds sessions, started_ms and read_only. */
int handle_status(struct request *request, struct txn *txn, struct ledger *ledger);

/* The state that a subscriber should see now, in the arena: for the first answer and for each event. */
int subscription_figures(const Ci__Subscribe *subscribe, const struct principal *principal, struct txn *txn,
                         struct ledger *ledger, struct arena *arena, Ci__Subscribed **figures);
