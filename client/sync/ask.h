/*
 * ask.h: what a sync asks once everything is in: the figures that a home keeps for comparing offline (its own areas, every round
 * that has begun), and the receipts of its own submissions that it has none of. One query after another; each is a
 * convenience, and one that is refused stops no other.
 */
#pragma once

#include "client/identity/home.h"
#include "client/replica/replica.h"

enum { ASK_AREAS_MAX = 16, ASK_ROUNDS_MAX = 32 };

struct ask {
    size_t area_count, round_count;
    char areas[ASK_AREAS_MAX][41];
    char rounds[ASK_ROUNDS_MAX][17];
    size_t asked; /* of round_count × 3: each round live, adopted, and its receipt */
    Ci__Query query;
    Ci__BenchmarkQuery benchmark;
    Ci__ReceiptQuery receipt;
    char *asked_areas[ASK_AREAS_MAX];
};

enum ask_outcome { ASK_ENDED = 1 };

/* `ask` all zeros at first. The next query is in ask->query until the next call; or ASK_ENDED. */
int ask_next(struct ask *ask, struct replica *replica, const struct identity *identity, struct arena *arena);
/* The query, asked before, is the one that is answered next; borrowed until then. */
void ask_recall(struct ask *ask, const Ci__Query *query);
/* Stores what the query asked for. */
int ask_answer(struct ask *ask, struct replica *replica, struct arena *arena, const Ci__QueryReply *reply);
