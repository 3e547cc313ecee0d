/*
 * questionnaires.c: the questionnaires in use. A published version never changes and is known by its hash, so what is
 * here is never wrong, whatever becomes of the transaction that it was read in.
 */
#include "server/ledger/questionnaires.h"

#include <pthread.h>
#include <stdio.h>

#include "common/base/fault.h"
#include "common/monitor/record_key.h"
#include "common/wire/codec.h"
#include "server/ledger/records.h"

enum { LOAD_ARENA_BYTES = 1024 * 1024 };

struct kept {
    struct kept *next;
    struct questionnaire *questionnaire;
};

struct questionnaires {
    pthread_mutex_t lock;
    struct kept *first;
};

int questionnaires_new(struct questionnaires **out)
{
    struct questionnaires *questionnaires = calloc(1, sizeof *questionnaires);

    if (!questionnaires)
        return FAULT(FAULT_MEMORY, "out of memory for the questionnaires");
    pthread_mutex_init(&questionnaires->lock, NULL);
    *out = questionnaires;
    return 0;
}

struct questionnaires *questionnaires_free(struct questionnaires *questionnaires)
{
    struct kept *next;

    if (!questionnaires)
        return NULL;
    for (struct kept *kept = questionnaires->first; kept; kept = next) {
        next = kept->next;
        questionnaire_free(kept->questionnaire);
        free(kept);
    }
    pthread_mutex_destroy(&questionnaires->lock);
    free(questionnaires);
    return NULL;
}

static const struct questionnaire *find(const struct questionnaires *questionnaires, const uint8_t *hash)
{
    for (const struct kept *kept = questionnaires->first; kept; kept = kept->next)
        if (memcmp(kept->questionnaire->hash, hash, DIGEST_BYTES) == 0)
            return kept->questionnaire;
    return NULL;
}

static int load(struct txn *txn, const char *name, struct questionnaire **out)
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    char key[RECORD_KEY_MAX + 1];
    Ci__Record *record = NULL;
    int result;

    TRY(arena_new(&arena, LOAD_ARENA_BYTES));
    snprintf(key, sizeof key, "questionnaire/%s", name);
    result = record_read(txn, "NL", key, arena, &record);
    if (result != 0)
        return result;
    result = questionnaire_new(out, bytes_from(record->standing->value), NULL, 0);
    return result > 0 ? FAULT(FAULT_CORRUPT, "the stored questionnaire %s is not sound", name) : result;
}

static int keep(struct questionnaires *questionnaires, struct questionnaire **loaded)
{
    struct kept *kept = calloc(1, sizeof *kept);

    if (!kept)
        return FAULT(FAULT_MEMORY, "out of memory for the questionnaires");
    kept->questionnaire = TAKE(loaded);
    kept->next = questionnaires->first;
    questionnaires->first = kept;
    return 0;
}

static int find_or_load(struct questionnaires *questionnaires, struct txn *txn, const char *name, const uint8_t *hash,
                        const struct questionnaire **questionnaire)
{
    CLEANUP(questionnaire_free) struct questionnaire *loaded = NULL;
    int result;

    *questionnaire = find(questionnaires, hash);
    if (*questionnaire)
        return 0;
    result = load(txn, name, &loaded);
    if (result != 0)
        return result;
    if (memcmp(loaded->hash, hash, DIGEST_BYTES) != 0)
        return QUESTIONNAIRES_NONE;
    TRY(keep(questionnaires, &loaded));
    *questionnaire = questionnaires->first->questionnaire;
    return 0;
}

int questionnaires_get(struct questionnaires *questionnaires, struct txn *txn, const char *name,
                       const uint8_t hash[DIGEST_BYTES], const struct questionnaire **questionnaire)
{
    const struct questionnaire *found = NULL;
    int result;

    pthread_mutex_lock(&questionnaires->lock);
    result = find_or_load(questionnaires, txn, name, hash, &found);
    pthread_mutex_unlock(&questionnaires->lock);
    if (result == 0)
        *questionnaire = found;
    return result;
}
