/*
 * history.c: own edits that are offered after a loss, and what came late: accepted, judged, admitted.
 */
#include "server/ledger/heal.h"
#include "server/ledger/late.h"
#include "tests/support/one_world.h"
#include "tests/support/unit.h"

enum { STANDS, RIVAL, AGREED, SUPERSEDED, LATE };
enum { KNOWN = 90, REFUSED_WITH = 100 };

static const char *const question = "answer/2026/S1.1";
static struct principal anna;

static int begin(void **state)
{
    world_setup(state);
    anna = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001");
    return 0;
}

static Ci__Edit *answer(uint32_t level)
{
    return world_edit(&world, &anna, "GM0001", question, world_level(&world, level));
}

static Ci__Edit *late_edit(const char *key, struct bytes value, bool cleared)
{
    Ci__Edit *edit = world_edit(&world, &anna, "GM0001", key, value);

    edit->cleared = cleared;
    return edit;
}

/* Past edits that are none, whatever their author says became of them: each with what is wrong with it. */
static const struct {
    const char *key;
    const char *value;
    bool cleared;
} nonsense[] = {
    { "submission/2026", "", true },       /* cannot be taken back */
    { "answer/2026/S1.1", "\xff", false }, /* no message at all */
    { "answer/2026/S1.1", "\x0a\x03\x08\x81",
      false }, /* with the zero behind it: a number that is not in its shortest form */
};

static void history_brings_no_nonsense(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
        Ci__PastEdit past = CI__PAST_EDIT__INIT;
        Ci__PushResult result = CI__PUSH_RESULT__INIT;
        struct refusal refusal = { 0 };
        const char *value = nonsense[i].value;

        anna.role = CI__ROLE__ROLE_LEAD;
        past.edit = late_edit(nonsense[i].key, bytes_of(value, i == 2 ? 5 : strlen(value)), nonsense[i].cleared);
        past.fate = CI__PAST_EDIT__FATE__LATE;
        world_begin(&world);
        assert_int_equal(history_offer(&world.batch, &anna, &past, world.arena, &result, &refusal), REFUSED);
        world_commit(&world);
        assert_int_equal(refusal.code, ERROR_INVALID);
    }
}

static void history_changes_no_record(void **state)
{
    Ci__Edit *old = answer(1), *standing = answer(3);

    (void)state;
    assert_int_equal(world_push(&world, &anna, standing), STANDS);
    assert_int_equal(world_offer_past(&world, &anna, old, CI__PAST_EDIT__FATE__SUPERSEDED).outcome,
                     CI__PUSH_RESULT__OUTCOME__SUPERSEDED);
    assert_true(world_offer_past(&world, &anna, old, CI__PAST_EDIT__FATE__SUPERSEDED).duplicate);
    assert_int_equal(read_record("GM0001", question)->n_rivals, 0);
    assert_int_equal(world_push(&world, &anna, old), KNOWN + SUPERSEDED); /* nor when it is pushed again */
    assert_int_equal(world_offer_past(&world, &anna, answer(2), CI__PAST_EDIT__FATE__UNKNOWN).outcome,
                     CI__PUSH_RESULT__OUTCOME__RIVAL);
    assert_grows_from_its_journal();
}

static size_t late_count(void);

/* Another home gave the record back with something newer on it, and the round was closed before its author came. */
static void what_the_record_has_replaced_is_history_also_after_the_round(void **state)
{
    Ci__Edit *old = answer(1), *new = answer(3);
    uint8_t digest[DIGEST_BYTES];

    (void)state;
    digest_bytes(digest, old->value.data, old->value.len);
    new->base_edit = old->id;
    new->base_digest = bytes_to(bytes_of(digest, sizeof digest));
    new->seen = &old->id;
    new->n_seen = 1;
    assert_int_equal(world_push(&world, &anna, new), STANDS);
    world_set_round(&world, CI__ROUND__STATE__CLOSED);
    assert_int_equal(world_offer_past(&world, &anna, old, CI__PAST_EDIT__FATE__UNKNOWN).outcome,
                     CI__PUSH_RESULT__OUTCOME__SUPERSEDED);
    assert_int_equal(late_count(), 0);
    assert_grows_from_its_journal();
}

static size_t late_count(void)
{
    Ci__LateQuery query = CI__LATE_QUERY__INIT;
    Ci__LateList *list = NULL;
    struct txn txn;

    MUST(txn_begin_read(&txn, ledger_store(world.ledger)));
    MUST(late_list(&txn, &query, false, world.arena, &list));
    txn_end(&txn);
    assert_true(list->complete);
    return list->n_edits;
}

static int admit(const Ci__Edit *late)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);
    Ci__Admission admission = CI__ADMISSION__INIT;
    char id[2 * ID_BYTES + 1];
    struct decision decision;
    struct sender sender = { .principal = &central, .number = ++world.numbers };
    Ci__Edit *edit;

    admission.admitted = true;
    edit = world_edit(&world, &central, "NL",
                      arena_format(world.arena, "admission/GM0001/%s", hex_encode(id, late->id.data, ID_BYTES)),
                      codec_pack(&admission, world.arena));
    world_begin(&world);
    MUST(edit_decide(&world.txn, ledger_questionnaires(world.ledger), &sender, edit, world.arena, &decision));
    if (decision.verdict == DECIDED) {
        MUST(batch_add_edit(&world.batch, &decision.entry, decision.before));
        MUST(late_admit(&world.batch, edit, world.arena));
    }
    world_commit(&world);
    return decision.verdict == DECIDED ? (int)decision.outcome : REFUSED_WITH + (int)decision.refusal.code;
}

/* As a journal may hold it from before such was refused. */
static void add_late(Ci__Edit *edit)
{
    Ci__EditEntry late = CI__EDIT_ENTRY__INIT;
    Ci__Entry entry = CI__ENTRY__INIT;

    late.edit = edit;
    late.outcome = CI__EDIT_ENTRY__OUTCOME__LATE;
    entry.fact_case = CI__ENTRY__FACT_EDIT;
    entry.edit = &late;
    world_begin(&world);
    MUST(batch_add(&world.batch, &entry, NULL));
    world_commit(&world);
}

/* Past edits are not judged when they come; here they are, as their author's. */
static void what_was_late_is_judged_when_it_is_admitted(void **state)
{
    Ci__Submission *adopted = SAMPLE_NEW(world.arena, Ci__Submission, ci__submission);

    (void)state;
    world_set_round(&world, CI__ROUND__STATE__CLOSED);
    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
        const char *value = nonsense[i].value;
        Ci__Edit *edit = late_edit(nonsense[i].key, bytes_of(value, i == 2 ? 5 : strlen(value)), nonsense[i].cleared);

        add_late(edit);
        assert_int_equal(admit(edit), REFUSED_WITH + ERROR_INVALID);
    }
    adopted->state = CI__SUBMISSION__STATE__ADOPTED;
    Ci__Edit *edit = late_edit("submission/2026", codec_pack(adopted, world.arena), false);

    add_late(edit);
    assert_int_equal(admit(edit), REFUSED_WITH + ERROR_NO_RIGHT); /* a respondent's */
    assert_grows_from_its_journal();
}

/* It could never be admitted: better that its author hears so. */
static void who_may_not_adopt_puts_no_adoption_on_the_late_list(void **state)
{
    Ci__Submission *adopted = SAMPLE_NEW(world.arena, Ci__Submission, ci__submission);
    Ci__PastEdit past = CI__PAST_EDIT__INIT;
    Ci__PushResult result = CI__PUSH_RESULT__INIT;
    struct refusal refusal = { 0 };

    (void)state;
    world_set_round(&world, CI__ROUND__STATE__CLOSED);
    anna.role = CI__ROLE__ROLE_LEAD;
    adopted->state = CI__SUBMISSION__STATE__ADOPTED;
    past.edit = late_edit("submission/2026", codec_pack(adopted, world.arena), false);
    past.fate = CI__PAST_EDIT__FATE__LATE;
    assert_int_equal(world_push(&world, &anna, past.edit), REFUSED_WITH + ERROR_NO_RIGHT);
    world_begin(&world);
    assert_int_equal(history_offer(&world.batch, &anna, &past, world.arena, &result, &refusal), REFUSED);
    world_commit(&world);
    assert_int_equal(refusal.code, ERROR_NO_RIGHT);
    assert_int_equal(late_count(), 0);
}

static void the_central_team_admits_what_was_late(void **state)
{
    Ci__Edit *late = answer(3);

    (void)state;
    world_set_round(&world, CI__ROUND__STATE__CLOSED);
    assert_int_equal(world_push(&world, &anna, late), LATE);
    assert_int_equal(late_count(), 1);
    assert_int_equal(admit(answer(1)), REFUSED_WITH + ERROR_INVALID);
    assert_int_equal(admit(late), STANDS);
    assert_int_equal(late_count(), 0);
    assert_true(bytes_equal(bytes_from(read_record("GM0001", question)->standing->id), bytes_from(late->id)));
    assert_int_equal(admit(late), AGREED); /* by another of the team, at the same time */
    assert_int_equal(world_push(&world, &anna, late), KNOWN + STANDS);
    assert_int_equal(world_offer_past(&world, &anna, answer(2), CI__PAST_EDIT__FATE__LATE).outcome,
                     CI__PUSH_RESULT__OUTCOME__LATE);
    assert_int_equal(late_count(), 1);
    assert_grows_from_its_journal();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, world_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(history_brings_no_nonsense),
        TEST(history_changes_no_record),
        TEST(what_the_record_has_replaced_is_history_also_after_the_round),
        TEST(what_was_late_is_judged_when_it_is_admitted),
        TEST(who_may_not_adopt_puts_no_adoption_on_the_late_list),
        TEST(the_central_team_admits_what_was_late),
    };

    return RUN_UNIT("server.ledger.history", tests);
}
