/*
 * journal_facts.h: what a backup wants to know of the entries that it passes: whose journal, of when, of which history.
 */
#pragma once

#include "common/base/arena.h"
#include "server/journal/survey.h"

struct journal_facts {
    struct journal_head known;       /* is it of this history? position 0: nothing to compare */
    uint64_t until_ms;               /* entries after it are left out; 0: none */
    uint8_t server[ID_BYTES];        /* of the first entry */
    uint8_t authority[DIGEST_BYTES]; /* the fingerprint of its CA, of the same */
    uint64_t newest_ms;
    bool known_is_here;
    struct arena *arena;
    int result; /* < 0: an entry could not be read */
};

/* Surveys a journal and learns these facts on the way: fill in the first two. */
int journal_facts_survey(struct journal_facts *facts, const char *journal, struct journal_survey *survey);
