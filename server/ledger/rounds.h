/*
 * rounds.h: rounds in the form in which every answer asks for them. Reads on any thread, writes by apply.
 */
#pragma once

#include "server/benchmark/disclosure.h"
#include "server/ledger/kinds.h"
#include "server/ledger/questionnaires.h"

enum { QUESTIONNAIRE_NAME_SIZE = 83, ROUNDS_MAX = 64 };

struct round_state {
    Ci__Round__State state;
    struct disclosure rule;
    uint8_t hash[DIGEST_BYTES];                  /* of the questionnaire */
    char questionnaire[QUESTIONNAIRE_NAME_SIZE]; /* "ci/1" */
};

bool round_find(struct txn *txn, const char *round, struct round_state *state);
/* Their ids, in the arena. */
int rounds_list(struct txn *txn, struct arena *arena, char **rounds, size_t *count);
/*
 * For what is written in a round: REFUSED while it is unknown or planned; late where it is closed. Also gives its
 * questionnaire.
 */
int round_admits(struct proposal *proposal, struct round_state *state, const struct questionnaire **questionnaire);
