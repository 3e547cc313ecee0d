/*
 * questionnaires.h: published questionnaires, unpacked and indexed once, and kept for as long as the ledger is open.
 * Any thread.
 */
#pragma once

#include "common/monitor/questionnaire.h"
#include "common/store/txn.h"

struct questionnaires;

int questionnaires_new(struct questionnaires **out);
struct questionnaires *questionnaires_free(struct questionnaires *questionnaires);
DEFINE_CLEANUP(struct questionnaires, questionnaires_free)

enum questionnaires_outcome { QUESTIONNAIRES_NONE = 1 };
/* `name`: "ci/1". Borrowed. QUESTIONNAIRES_NONE where the view has none of this name with this hash. */
int questionnaires_get(struct questionnaires *questionnaires, struct txn *txn, const char *name,
                       const uint8_t hash[DIGEST_BYTES], const struct questionnaire **questionnaire);
