/*
 * oracle.c: superseded, fast-forward, agreement or rival: written from the model, not from server/ledger/reconcile.c.
 */
#include "tests/sim/oracle.h"

#include "common/base/check.h"
#include "common/wire/codec.h"
#include "tests/sim/reached.h"
#include "tests/sim/world.h"

enum { OUTCOME_STANDS, OUTCOME_RIVAL, OUTCOME_AGREED, OUTCOME_SUPERSEDED };

static bool has(const int *list, size_t count, int edit)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == edit)
            return true;
    return false;
}

static bool saw(const struct chronicle *chronicle, int edit, int other)
{
    return has(chronicle->said[edit].seen, chronicle->said[edit].seen_count, other);
}

static bool says_the_same(const struct said *a, const struct said *b)
{
    return a->cleared == b->cleared && memcmp(a->value, b->value, DIGEST_BYTES) == 0;
}

const struct stands *oracle_find(const struct chronicle *chronicle, const char *dossier, const char *key)
{
    for (size_t i = 0; i < chronicle->stands_count; i++)
        if (strcmp(chronicle->stands[i].key, key) == 0 && strcmp(chronicle->stands[i].dossier, dossier) == 0)
            return &chronicle->stands[i];
    return NULL;
}

/* Stays known when the server goes back in time. */
static void absorb(struct chronicle *chronicle, int by, int edit)
{
    for (size_t i = 0; i < chronicle->absorbed_count; i++)
        if (chronicle->absorbed[i].by == by && chronicle->absorbed[i].edit == edit)
            return;
    CHECK(chronicle->absorbed_count < ABSORBED_MAX);
    chronicle->absorbed[chronicle->absorbed_count].by = by;
    chronicle->absorbed[chronicle->absorbed_count++].edit = edit;
}

static int outcome_of(const struct chronicle *chronicle, const struct stands *before, int edit)
{
    const struct said *said = &chronicle->said[edit], *standing;
    bool superseded;

    if (!before)
        return OUTCOME_STANDS;
    standing = &chronicle->said[before->standing];
    superseded = has(before->past, before->past_count, edit) || saw(chronicle, before->standing, edit);
    for (size_t i = 0; i < before->rival_count; i++)
        superseded = superseded || saw(chronicle, before->rivals[i], edit);
    if (superseded)
        return OUTCOME_SUPERSEDED;
    if (saw(chronicle, edit, before->standing) ||
        (said->has_base && memcmp(said->base_value, standing->value, DIGEST_BYTES) == 0))
        return OUTCOME_STANDS;
    return says_the_same(said, standing) ? OUTCOME_AGREED : OUTCOME_RIVAL;
}

static void add_rival(struct stands *after, int edit)
{
    if (edit == after->standing || has(after->rivals, after->rival_count, edit))
        return;
    CHECK(after->rival_count < HEADS_MAX);
    after->rivals[after->rival_count++] = edit;
}

static void add_past(struct stands *after, int edit)
{
    if (edit != after->standing && !has(after->rivals, after->rival_count, edit) && after->past_count < PAST_MAX &&
        !has(after->past, after->past_count, edit))
        after->past[after->past_count++] = edit;
}

static void heads_after(struct chronicle *chronicle, const struct stands *before, int edit, int outcome,
                        struct stands *after)
{
    after->standing = outcome == OUTCOME_STANDS ? edit : before->standing;
    for (size_t i = 0; before && i < before->rival_count; i++)
        if (outcome == OUTCOME_SUPERSEDED || !saw(chronicle, edit, before->rivals[i]))
            add_rival(after, before->rivals[i]);
    if (outcome == OUTCOME_RIVAL)
        add_rival(after, edit);
    if (outcome == OUTCOME_STANDS && before)
        absorb(chronicle, edit, before->standing);
    if (outcome == OUTCOME_AGREED)
        absorb(chronicle, before->standing, edit);
}

static void past_after(const struct chronicle *chronicle, const struct stands *before, int edit, int outcome,
                       struct stands *after)
{
    const struct said *said = &chronicle->said[edit];

    if (outcome == OUTCOME_AGREED)
        add_past(after, edit);
    for (size_t i = 0; i < said->seen_count; i++)
        add_past(after, said->seen[i]);
    if (!before)
        return;
    add_past(after, before->standing);
    for (size_t i = 0; i < before->rival_count; i++)
        add_past(after, before->rivals[i]);
    for (size_t i = 0; i < before->past_count; i++)
        add_past(after, before->past[i]);
}

/* The server's word for it against ours. */
static void compare(const struct chronicle *chronicle, const Ci__EditEntry *entry, int outcome,
                    const struct stands *after)
{
    bool same = (int)entry->outcome == outcome &&
                chronicle_find(chronicle, bytes_from(entry->standing)) == after->standing &&
                entry->n_rivals == after->rival_count;

    for (size_t i = 0; same && i < entry->n_rivals; i++)
        same = has(after->rivals, after->rival_count, chronicle_find(chronicle, bytes_from(entry->rivals[i])));
    if (!same)
        violated(5, "by the rules an edit of %s has outcome %d and leaves %zu rivals; the server says %d and %zu",
                 entry->edit->key, outcome, after->rival_count, (int)entry->outcome, entry->n_rivals);
}

void oracle_admit(struct chronicle *chronicle, int edit)
{
    struct said *said = &chronicle->said[edit];

    for (size_t i = 0; i < said->seen_count; i++) {
        const struct said *before = &chronicle->said[said->seen[i]];

        if (!before->accepted || !before->late || strcmp(before->key, said->key) != 0)
            continue;
        for (size_t at = 0; at < before->named_count && said->seen_count < PAST_MAX; at++)
            if (!has(said->seen, said->seen_count, before->seen[at]))
                said->seen[said->seen_count++] = before->seen[at];
    }
}

void oracle_apply(struct chronicle *chronicle, const Ci__EditEntry *entry, const struct journal_head *place)
{
    int edit = chronicle_find(chronicle, bytes_from(entry->edit->id));
    const struct said *said = &chronicle->said[edit];
    struct stands *before = (struct stands *)(uintptr_t)oracle_find(chronicle, said->dossier, said->key);
    int outcome = outcome_of(chronicle, before, edit);
    struct stands after = { .dossier = said->dossier, .key = said->key, .place = *place };

    heads_after(chronicle, before, edit, outcome, &after);
    past_after(chronicle, before, edit, outcome, &after);
    compare(chronicle, entry, outcome, &after);
    reached_if(outcome == OUTCOME_RIVAL, REACHED_RIVAL);
    reached_if(outcome == OUTCOME_AGREED, REACHED_AGREED);
    reached_if(outcome == OUTCOME_SUPERSEDED, REACHED_SUPERSEDED);
    reached_if(outcome == OUTCOME_STANDS && before && after.rival_count < before->rival_count, REACHED_RESOLVED);
    if (!before) {
        CHECK(chronicle->stands_count < STANDS_MAX);
        before = &chronicle->stands[chronicle->stands_count++];
    }
    *before = after;
}

/* ---- what is known to whom ---- */

struct closure {
    bool in[SAID_MAX];
    int todo[SAID_MAX];
    size_t count;
};

static void reach(struct closure *closure, int edit)
{
    if (!closure->in[edit]) {
        closure->in[edit] = true;
        closure->todo[closure->count++] = edit;
    }
}

bool oracle_is_known(const struct chronicle *chronicle, int edit, const int *heads, size_t count)
{
    static struct closure closure;

    memset(closure.in, 0, chronicle->said_count);
    closure.count = 0;
    for (size_t i = 0; i < count; i++)
        reach(&closure, heads[i]);
    for (size_t next = 0; next < closure.count; next++) {
        int at = closure.todo[next];

        if (at == edit || says_the_same(&chronicle->said[at], &chronicle->said[edit]))
            return true;
        for (size_t i = 0; i < chronicle->said[at].seen_count; i++)
            reach(&closure, chronicle->said[at].seen[i]);
        for (size_t i = 0; i < chronicle->absorbed_count; i++)
            if (chronicle->absorbed[i].by == at)
                reach(&closure, chronicle->absorbed[i].edit);
    }
    return false;
}

/* ---- what is given back ---- */

static size_t heads_of(const struct stands *stands, int heads[HEADS_MAX])
{
    heads[0] = stands->standing;
    for (size_t i = 0; i < stands->rival_count; i++)
        heads[i + 1] = stands->rivals[i];
    return 1 + stands->rival_count;
}

static int known_edit(const struct chronicle *chronicle, ProtobufCBinaryData id, const char *key)
{
    int edit = chronicle_find(chronicle, bytes_from(id));

    if (edit == NOBODY)
        violated(8, "%s comes back with an edit that nobody wrote", key);
    return edit;
}

static void check_heal(const struct chronicle *chronicle, const struct stands *before, const struct stands *after)
{
    int was[HEADS_MAX], is[HEADS_MAX];
    size_t was_count = heads_of(before, was), is_count = heads_of(after, is);

    for (size_t i = 0; i < was_count; i++)
        if (!oracle_is_known(chronicle, was[i], is, is_count) && !has(after->past, after->past_count, was[i]))
            violated(5, "giving %s back loses what stood or was a rival", before->key);
}

/* A head that says what stands is no rival: it has gone into what stands. */
static void absorb_alike(struct chronicle *chronicle, const struct stands *after, int edit)
{
    if (edit != NOBODY && edit != after->standing && !has(after->rivals, after->rival_count, edit) &&
        says_the_same(&chronicle->said[edit], &chronicle->said[after->standing]))
        absorb(chronicle, after->standing, edit);
}

void oracle_heal(struct chronicle *chronicle, const Ci__HealEntry *heal, const struct journal_head *place)
{
    struct stands *before = (struct stands *)(uintptr_t)oracle_find(chronicle, heal->dossier, heal->key);
    struct stands after = { .standing = known_edit(chronicle, heal->standing, heal->key), .place = *place };

    after.dossier = chronicle->said[after.standing].dossier;
    after.key = chronicle->said[after.standing].key;
    for (size_t i = 0; i < heal->n_rivals; i++)
        add_rival(&after, known_edit(chronicle, heal->rivals[i], heal->key));
    for (size_t i = 0; i < heal->n_superseded; i++) {
        int edit = chronicle_find(chronicle, bytes_from(heal->superseded[i]));

        if (edit != NOBODY)
            add_past(&after, edit);
    }
    if (heal->edit)
        absorb_alike(chronicle, &after, chronicle_find(chronicle, bytes_from(heal->edit->id)));
    for (size_t i = 0; before && i <= before->rival_count; i++)
        absorb_alike(chronicle, &after, i == 0 ? before->standing : before->rivals[i - 1]);
    if (before)
        check_heal(chronicle, before, &after);
    if (!before) {
        CHECK(chronicle->stands_count < STANDS_MAX);
        before = &chronicle->stands[chronicle->stands_count++];
    }
    *before = after;
}
