/*
 * reconcile.c: random edits against a second, plain telling of the same rules, over sets of small numbers.
 */
#include "server/ledger/reconcile.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/digest.h"
#include "tests/support/sample_questionnaire.h"
#include "tests/support/unit.h"

enum { EDITS = 60 };

/* The oracle: an edit is a number; ids count from 1. */
struct plain_edit {
    int value, base, seen[20], seen_count;
};
struct plain_record {
    int standing, rivals[EDITS], rival_count, past[EDITS * 8], past_count;
};

static struct plain_edit edits[EDITS + 1];

static bool has(const int *list, int count, int id)
{
    for (int i = 0; i < count; i++)
        if (list[i] == id)
            return true;
    return false;
}

static void past_add(struct plain_record *after, int id)
{
    if (id != after->standing && !has(after->rivals, after->rival_count, id) &&
        !has(after->past, after->past_count, id))
        after->past[after->past_count++] = id;
}

static bool oracle_superseded(const struct plain_record *record, int id)
{
    bool found = has(record->past, record->past_count, id) ||
                 has(edits[record->standing].seen, edits[record->standing].seen_count, id);

    for (int i = 0; i < record->rival_count; i++)
        found = found || has(edits[record->rivals[i]].seen, edits[record->rivals[i]].seen_count, id);
    return found;
}

static int oracle_accept(struct plain_record *record, int id)
{
    const struct plain_edit *edit = &edits[id];
    struct plain_record after = { .standing = record->standing };
    int outcome;

    if (!record->standing)
        outcome = 0;
    else if (oracle_superseded(record, id))
        outcome = 3;
    else if (has(edit->seen, edit->seen_count, record->standing) ||
             (edit->base && edits[edit->base].value == edits[record->standing].value))
        outcome = 0;
    else
        outcome = edit->value == edits[record->standing].value ? 2 : 1;
    if (outcome == 0)
        after.standing = id;
    for (int i = 0; i < record->rival_count; i++)
        if (outcome == 3 || !has(edit->seen, edit->seen_count, record->rivals[i]))
            after.rivals[after.rival_count++] = record->rivals[i];
    if (outcome == 1)
        after.rivals[after.rival_count++] = id;
    if (outcome == 2)
        past_add(&after, id);
    for (int i = 0; i < edit->seen_count; i++)
        past_add(&after, edit->seen[i]);
    if (record->standing)
        past_add(&after, record->standing);
    for (int i = 0; i < record->rival_count; i++)
        past_add(&after, record->rivals[i]);
    for (int i = 0; i < record->past_count; i++)
        past_add(&after, record->past[i]);
    after.past_count = after.past_count < 16 ? after.past_count : 16;
    *record = after;
    return outcome;
}

static ProtobufCBinaryData id_of(struct arena *arena, int id)
{
    uint8_t *bytes = sample_take(arena, ID_BYTES);

    bytes[0] = (uint8_t)id;
    return (ProtobufCBinaryData){ ID_BYTES, bytes };
}

static Ci__Edit *message_of(struct arena *arena, int id)
{
    const struct plain_edit *plain = &edits[id];
    Ci__Edit *edit = SAMPLE_NEW(arena, Ci__Edit, ci__edit);
    uint8_t *value = sample_take(arena, 1), *digest = sample_take(arena, DIGEST_BYTES);

    edit->id = id_of(arena, id);
    value[0] = (uint8_t)plain->value;
    edit->value = (ProtobufCBinaryData){ 1, value };
    edit->seen = sample_take(arena, sizeof *edit->seen * 20);
    for (int i = 0; i < plain->seen_count; i++)
        edit->seen[edit->n_seen++] = id_of(arena, plain->seen[i]);
    if (plain->base) {
        edit->base_edit = id_of(arena, plain->base);
        digest_bytes(digest, &(uint8_t){ (uint8_t)edits[plain->base].value }, 1);
        edit->base_digest = (ProtobufCBinaryData){ DIGEST_BYTES, digest };
    }
    return edit;
}

static Ci__Record *record_of(struct arena *arena, const struct plain_record *plain)
{
    Ci__Record *record = SAMPLE_NEW(arena, Ci__Record, ci__record);

    if (!plain->standing)
        return NULL;
    record->standing = message_of(arena, plain->standing);
    record->place = SAMPLE_NEW(arena, Ci__Place, ci__place);
    record->rivals = sample_take(arena, sizeof *record->rivals * EDITS);
    record->superseded = sample_take(arena, sizeof *record->superseded * EDITS);
    for (int i = 0; i < plain->rival_count; i++)
        record->rivals[record->n_rivals++] = message_of(arena, plain->rivals[i]);
    for (int i = 0; i < plain->past_count; i++)
        record->superseded[record->n_superseded++] = id_of(arena, plain->past[i]);
    return record;
}

static void assert_ids(const ProtobufCBinaryData *ids, size_t count, const int *plain, int plain_count)
{
    assert_int_equal(count, plain_count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(ids[i].data[0], plain[i]);
}

/* Sees a few of what came before, the base always among them. */
static void write_edit(int id, const struct plain_record *record)
{
    struct plain_edit *edit = &edits[id];

    *edit = (struct plain_edit){ .value = rand() % 5 };
    if (id == 1 || rand() % 4 == 0)
        return;
    edit->base = rand() % 2 && record->standing ? record->standing : 1 + rand() % (id - 1);
    edit->seen[edit->seen_count++] = edit->base;
    for (int i = 0; i < record->rival_count && edit->seen_count < 16; i++)
        if (rand() % 2 && !has(edit->seen, edit->seen_count, record->rivals[i]))
            edit->seen[edit->seen_count++] = record->rivals[i];
}

/* The heads of both, less what either has superseded. */
static void oracle_heal(const struct plain_record *here, const struct plain_record *there, struct plain_record *after)
{
    int heads[2 * EDITS], count = 0;
    bool gone =
        has(edits[there->standing].seen, edits[there->standing].seen_count, here->standing) ||
        (has(there->past, there->past_count, here->standing) && !has(here->past, here->past_count, there->standing));

    *after = (struct plain_record){ .standing = gone ? there->standing : here->standing };
    heads[count++] = after->standing;
    for (int side = 0; side < 2; side++) {
        const struct plain_record *of = side ? there : here;

        for (int i = -1; i < of->rival_count; i++)
            if (!has(heads, count, i < 0 ? of->standing : of->rivals[i]))
                heads[count++] = i < 0 ? of->standing : of->rivals[i];
    }
    for (int i = 1; i < count; i++) {
        bool over = edits[heads[i]].value == edits[after->standing].value ||
                    has(here->past, here->past_count, heads[i]) || has(there->past, there->past_count, heads[i]);

        for (int j = 0; j < count; j++)
            over = over || has(edits[heads[j]].seen, edits[heads[j]].seen_count, heads[i]);
        if (!over)
            after->rivals[after->rival_count++] = heads[i];
    }
    for (int i = 0; i < count; i++)
        past_add(after, heads[i]);
    for (int i = 0; i < there->past_count; i++)
        past_add(after, there->past[i]);
    for (int i = 0; i < here->past_count; i++)
        past_add(after, here->past[i]);
    after->past_count = after->past_count < 16 ? after->past_count : 16;
}

static void accept_within_bounds(struct plain_record *record, int id)
{
    struct plain_record before = *record;

    write_edit(id, record);
    oracle_accept(record, id);
    if (record->rival_count >= HEADS_MAX)
        *record = before;
}

static void merges_two_histories_as_the_rules_say(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 4000; seed++) {
        CLEANUP(arena_free) struct arena *arena = NULL;
        struct plain_record sides[2] = { 0 }, after;
        struct merged merged;
        int shared = 1 + (int)(seed % 7);

        srand(seed);
        assert_int_equal(arena_new(&arena, 4 << 20), 0);
        for (int id = 1; id <= shared; id++)
            accept_within_bounds(&sides[0], id);
        sides[1] = sides[0];
        for (int id = shared + 1; id <= shared + 12; id++)
            accept_within_bounds(&sides[rand() % 2], id);
        oracle_heal(&sides[0], &sides[1], &after);
        reconcile_healed(record_of(arena, &sides[0]), record_of(arena, &sides[1]), &merged);
        assert_int_equal(merged.heads[0]->id.data[0], after.standing);
        assert_int_equal(merged.head_count, 1 + after.rival_count);
        for (int i = 0; i < after.rival_count; i++)
            assert_int_equal(merged.heads[i + 1]->id.data[0], after.rivals[i]);
        assert_ids(merged.superseded, merged.superseded_count, after.past, after.past_count);
        assert_int_equal(merged.healed_count, 1);
    }
}

static void follows_the_rules_over_random_edits(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 400; seed++) {
        struct plain_record record = { 0 };

        srand(seed);
        for (int id = 1; id <= EDITS; id++) {
            CLEANUP(arena_free) struct arena *arena = NULL;
            Ci__EditEntry entry = CI__EDIT_ENTRY__INIT;
            struct plain_record before = record;
            int outcome, got;

            assert_int_equal(arena_new(&arena, 1 << 20), 0);
            write_edit(id, &record);
            outcome = oracle_accept(&record, id);
            got = reconcile(record_of(arena, &before), message_of(arena, id), NULL, arena, &entry);
            assert_int_equal(got, record.rival_count >= HEADS_MAX ? RECONCILE_TOO_MANY_RIVALS : 0);
            if (got != 0) {
                record = before;
                continue;
            }
            assert_int_equal(entry.outcome, outcome);
            assert_int_equal(entry.standing.data[0], record.standing);
            assert_ids(entry.rivals, entry.n_rivals, record.rivals, record.rival_count);
            assert_ids(entry.superseded, entry.n_superseded, record.past, record.past_count);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = { cmocka_unit_test(follows_the_rules_over_random_edits),
                                               cmocka_unit_test(merges_two_histories_as_the_rules_say) };

    return RUN_UNIT("server.ledger.reconcile", tests);
}
