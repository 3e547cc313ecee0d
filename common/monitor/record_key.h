/*
 * record_key.h: keys of records, "kind/rest", taken apart and put together in one place. Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { RECORD_KEY_MAX = 96, DOSSIER_MAX = 8, ROUND_ID_MAX = 16, QUESTION_ID_MAX = 16 };

struct record_key {
    char kind[24];
    char first[40];  /* what follows the kind: round, code, id */
    char second[40]; /* what follows that, or empty */
};
/* False where it is not two or three parts of A–Z a–z 0–9 . - _ within bounds. */
bool record_key_parse(const char *text, struct record_key *key);
