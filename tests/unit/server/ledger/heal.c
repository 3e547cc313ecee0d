/*
 * heal.c: a ledger that is put back in time, and what is given back to it: once, twice, in any order, and by whom.
 */
#include "server/ledger/heal.h"

#include "common/monitor/submission.h"
#include "server/ledger/feed.h"
#include "server/ledger/late.h"
#include "tests/support/one_world.h"

#include "tests/support/unit.h"

enum { STANDS, RIVAL, AGREED, SUPERSEDED, LATE };
enum { KNOWN = 90, REFUSED_WITH = 100 };

static const char *const question = "answer/2026/S1.1";
static struct principal anna;

static void shell(const char *command)
{
    CHECK(command && system(command) == 0);
}

static void open_again(void)
{
    struct ledger_options options;

    MUST(journal_open(&world.journal, &(struct journal_options){ .path = world.journal_path }));
    options = world_options(&world);
    MUST(ledger_open(&world.ledger, &options));
}

static void close_files(void)
{
    world.ledger = ledger_close(world.ledger);
    world.journal = journal_close(world.journal);
}

static int begin(void **state)
{
    world_setup(state);
    anna = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001");
    close_files();
    shell(arena_format(world.arena, "cp -r %s/journal %s/kept", world.path, world.path));
    open_again();
    return 0;
}

/* To the state at `begin`. */
static void put_back(void)
{
    close_files();
    shell(arena_format(world.arena, "cd %s && rm -rf journal view* && cp -r kept journal", world.path));
    open_again();
}

static Ci__Edit *answer(uint32_t level)
{
    return world_edit(&world, &anna, "GM0001", question, world_level(&world, level));
}

/* What an install holds of the key now. */
static Ci__SealedRecord *sealed(const char *dossier, const char *key)
{
    Ci__SealedRecord *record = SAMPLE_NEW(world.arena, Ci__SealedRecord, ci__sealed_record);
    struct txn txn;
    struct bytes packed;

    MUST(txn_begin_read(&txn, ledger_store(world.ledger)));
    packed = record_packed(&txn, dossier, key);
    CHECK(packed.data != NULL);
    record->record = bytes_to(bytes_of(arena_copy(world.arena, packed.data, packed.size), packed.size));
    txn_end(&txn);
    record->dossier = arena_string(world.arena, dossier);
    record->key = arena_string(world.arena, key);
    record_seal(world.vault, record, world.arena);
    return record;
}

/* 0, HEAL_COVERED, or the refusal's code + 100. `*entries`: how many were added. */
static int give_back(const struct principal *principal, const Ci__SealedRecord *record, size_t *entries)
{
    struct refusal refusal = { 0 };
    int result;

    world_begin(&world);
    result = heal_offer(&world.batch, principal, record, world.arena, &refusal);
    assert_true(result >= 0);
    if (entries)
        *entries = world.batch.count;
    world_commit(&world);
    return result == REFUSED ? REFUSED_WITH + (int)refusal.code : result;
}

static uint32_t level_of(const Ci__Edit *edit)
{
    Ci__Answer *value = NULL;

    MUST(stored_unpack(&ci__answer__descriptor, bytes_from(edit->value), world.arena, (ProtobufCMessage **)&value));
    return value->value->level;
}

static void what_was_lost_comes_back_once(void **state)
{
    Ci__Edit *edit = answer(3);
    Ci__SealedRecord *held;
    size_t entries;

    (void)state;
    assert_int_equal(world_push(&world, &anna, edit), STANDS);
    held = sealed("GM0001", question);
    assert_int_equal(give_back(&anna, held, &entries), HEAL_COVERED);
    put_back();
    assert_int_equal(give_back(&anna, held, &entries), 0);
    assert_int_equal(entries, 1);
    assert_int_equal(give_back(&anna, held, &entries), HEAL_COVERED);
    assert_int_equal(entries, 0);
    assert_int_equal(level_of(read_record("GM0001", question)->standing), 3);
    assert_int_equal(world_push(&world, &anna, edit), KNOWN + STANDS);
    assert_grows_from_its_journal();
}

static void both_histories_stand_side_by_side_in_any_order(void **state)
{
    Ci__Edit *first = answer(1), *second = answer(2), *here = answer(4);
    Ci__SealedRecord *held[2];

    (void)state;
    assert_int_equal(world_push(&world, &anna, first), STANDS);
    held[0] = sealed("GM0001", question);
    world_base(&world, second, first);
    assert_int_equal(world_push(&world, &anna, second), STANDS);
    held[1] = sealed("GM0001", question);
    for (int order = 0; order < 2; order++) {
        Ci__Record *record;

        put_back();
        assert_int_equal(world_push(&world, &anna, here), STANDS);
        assert_int_equal(give_back(&anna, held[order], NULL), 0);
        assert_int_equal(give_back(&anna, held[1 - order], NULL), 0);
        record = read_record("GM0001", question);
        assert_int_equal(level_of(record->standing), 4);
        assert_int_equal(record->n_rivals, 1);
        assert_int_equal(level_of(record->rivals[0]), 2); /* the first was superseded there */
        assert_int_equal(record->n_healed, 2);
        assert_int_equal(world_push(&world, &anna, first), order == 0 ? KNOWN + RIVAL : KNOWN + SUPERSEDED);
        assert_grows_from_its_journal();
    }
}

static void a_later_word_of_the_lost_history_stands_again(void **state)
{
    Ci__Edit *first = answer(1), *second = answer(2);
    Ci__SealedRecord *held;

    (void)state;
    assert_int_equal(world_push(&world, &anna, first), STANDS);
    world_base(&world, second, first);
    assert_int_equal(world_push(&world, &anna, second), STANDS);
    held = sealed("GM0001", question);
    put_back();
    assert_int_equal(world_push(&world, &anna, first), STANDS); /* from a home that was put back too */
    assert_int_equal(give_back(&anna, held, NULL), 0);
    assert_int_equal(level_of(read_record("GM0001", question)->standing), 2);
    assert_int_equal(read_record("GM0001", question)->n_rivals, 0);
}

static void only_what_it_sealed_itself_and_only_from_those_who_may_read_it(void **state)
{
    struct principal other = world_person(CI__ROLE__ROLE_LEAD, "GM0002");
    Ci__SealedRecord *held;

    (void)state;
    assert_int_equal(world_push(&world, &anna, answer(3)), STANDS);
    held = sealed("GM0001", question);
    put_back();
    assert_int_equal(give_back(&other, held, NULL), REFUSED_WITH + ERROR_NO_RIGHT);
    held->key = arena_string(world.arena, "answer/2026/S1.2");
    assert_int_equal(give_back(&anna, held, NULL), REFUSED_WITH + ERROR_BAD_SEAL);
    held->key = arena_string(world.arena, question);
    held->seal.data[0] ^= 1;
    assert_int_equal(give_back(&anna, held, NULL), REFUSED_WITH + ERROR_BAD_SEAL);
}

/* Of anna's, for the late list; what it became. */
static Ci__PushResult__Outcome offer_late(Ci__Edit *edit)
{
    return world_offer_past(&world, &anna, edit, CI__PAST_EDIT__FATE__LATE).outcome;
}

static const char *admission_key(const Ci__Edit *edit)
{
    char id[2 * ID_BYTES + 1];

    return arena_format(world.arena, "admission/GM0001/%s", hex_encode(id, edit->id.data, ID_BYTES));
}

static void admit(const struct principal *central, const Ci__Edit *edit)
{
    Ci__Admission admission = CI__ADMISSION__INIT;

    admission.admitted = true;
    assert_int_equal(
        world_push(&world, central,
                   world_edit(&world, central, "NL", admission_key(edit), codec_pack(&admission, world.arena))),
        STANDS);
}

/* Each comes from another home, the edit from its author's and the admission from the central team's. */
static void an_admission_and_what_it_admits_come_back_in_either_order(void **state)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);

    (void)state;
    for (int order = 0; order < 2; order++) {
        Ci__Edit *late = answer(3);
        Ci__SealedRecord *closed, *admission;

        put_back();
        world_set_round(&world, CI__ROUND__STATE__CLOSED);
        assert_int_equal(world_push(&world, &anna, late), LATE);
        admit(&central, late);
        closed = sealed("NL", "round/2026");
        admission = sealed("NL", admission_key(late));
        put_back();
        assert_int_equal(give_back(&central, closed, NULL), 0);
        if (order == 0)
            assert_int_equal(offer_late(late), LATE);
        assert_int_equal(give_back(&central, admission, NULL), 0);
        if (order == 1)
            assert_int_equal(offer_late(late), STANDS);
        assert_int_equal(level_of(read_record("GM0001", question)->standing), 3);
        assert_int_equal(world_push(&world, &anna, late), KNOWN + STANDS);
        assert_int_equal(offer_late(late), STANDS);
        assert_int_equal(give_back(&central, admission, NULL), HEAL_COVERED);
        assert_grows_from_its_journal();
    }
}

static Ci__Edit *list_of(const struct principal *author, Ci__Submission__State state, const Ci__Edit *answer)
{
    Ci__Submission submission = CI__SUBMISSION__INIT;
    Ci__SubmittedAnswer given = CI__SUBMITTED_ANSWER__INIT, *all = &given;
    Ci__AnswerValue value = CI__ANSWER_VALUE__INIT;
    uint8_t digest[DIGEST_BYTES];

    value.of_case = CI__ANSWER_VALUE__OF_LEVEL;
    value.level = level_of(answer);
    given.question = arena_string(world.arena, "S1.1");
    given.edit = answer->id;
    given.value = &value;
    submission.answers = &all;
    submission.n_answers = 1;
    submission.state = state;
    assert_int_equal(submission_digest(&submission, world.arena, digest), 0);
    submission.digest = bytes_to(bytes_of(digest, sizeof digest));
    return world_edit(&world, author, "GM0001", "submission/2026", codec_pack(&submission, world.arena));
}

/* Hands in the answer and adopts it, in this history. */
static Ci__Edit *adopt(const struct principal *board, Ci__Edit *given)
{
    Ci__Edit *submitted, *adopted;

    assert_int_equal(world_push(&world, &anna, given), STANDS);
    submitted = list_of(board, CI__SUBMISSION__STATE__SUBMITTED, given);
    assert_int_equal(world_push(&world, board, submitted), STANDS);
    adopted = list_of(board, CI__SUBMISSION__STATE__ADOPTED, given);
    world_base(&world, adopted, submitted);
    assert_int_equal(world_push(&world, board, adopted), STANDS);
    return adopted;
}

static void of_two_adopted_lists_the_executive_keeps_one(void **state)
{
    struct principal board = world_person(CI__ROLE__ROLE_EXECUTIVE, "GM0001");
    Ci__Edit *answers[] = { answer(1), answer(2) }, *lost = adopt(&board, answers[0]), *here, *kept;
    Ci__SealedRecord *held = sealed("GM0001", "submission/2026");

    (void)state;
    put_back();
    here = adopt(&board, answers[1]);
    assert_int_equal(give_back(&board, held, NULL), 0);
    assert_int_equal(read_record("GM0001", "submission/2026")->n_rivals, 1);
    kept = list_of(&board, CI__SUBMISSION__STATE__ADOPTED, answers[0]);
    assert_int_equal(world_push(&world, &board, kept), REFUSED_WITH + ERROR_WRONG_STATE); /* has seen nothing */
    world_base(&world, kept, here);
    assert_int_equal(world_push(&world, &board, kept), STANDS);
    assert_int_equal(read_record("GM0001", "submission/2026")->n_rivals, 1); /* it did not name the other as seen */
    kept = list_of(&board, CI__SUBMISSION__STATE__ADOPTED, answers[0]);
    world_base(&world, kept, read_record("GM0001", "submission/2026")->standing);
    kept->seen[kept->n_seen++] = lost->id;
    assert_int_equal(world_push(&world, &board, kept), STANDS);
    assert_int_equal(read_record("GM0001", "submission/2026")->n_rivals, 0);
    kept = list_of(&board, CI__SUBMISSION__STATE__ADOPTED, answers[1]);
    world_base(&world, kept, read_record("GM0001", "submission/2026")->standing);
    assert_int_equal(world_push(&world, &board, kept), REFUSED_WITH + ERROR_WRONG_STATE); /* it went */
    assert_grows_from_its_journal();
}

static void a_closed_round_stays_closed(void **state)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);
    Ci__SealedRecord *closed;
    Ci__Round *round = NULL;
    Ci__Record *record;

    (void)state;
    world_set_round(&world, CI__ROUND__STATE__CLOSED);
    closed = sealed("NL", "round/2026");
    put_back();
    world_set_round(&world, CI__ROUND__STATE__OPEN); /* said again here: neither has seen the other */
    assert_int_equal(give_back(&anna, closed, NULL), 0);
    record = read_record("NL", "round/2026");
    MUST(stored_unpack(&ci__round__descriptor, bytes_from(record->standing->value), world.arena,
                       (ProtobufCMessage **)&round));
    assert_int_equal(round->state, CI__ROUND__STATE__CLOSED);
    assert_int_equal(record->n_rivals, 0);
    assert_int_equal(world_push(&world, &anna, answer(2)), LATE);
    assert_int_equal(give_back(&central, closed, NULL), HEAL_COVERED);
    assert_grows_from_its_journal();
}

/* A second version of the questionnaire, published; its value. */
static struct bytes publish_second(const struct principal *central)
{
    Ci__Questionnaire *second = sample_message(world.arena);

    second->version = 2;
    struct bytes value = codec_pack(second, world.arena);

    assert_int_equal(world_push(&world, central, world_edit(&world, central, "NL", "questionnaire/sample/2", value)),
                     STANDS);
    return value;
}

/* A round that was closed over another version, as a server that planned it otherwise gave it out. */
static Ci__SealedRecord *closed_over(struct bytes questionnaire)
{
    Ci__Round *round = world_round(&world, CI__ROUND__STATE__CLOSED);
    uint8_t *hash = arena_alloc(world.arena, DIGEST_BYTES);
    Ci__SealedRecord *closed;
    Ci__Record *record = NULL;

    world_set_round(&world, CI__ROUND__STATE__CLOSED);
    closed = sealed("NL", "round/2026");
    MUST(record_unpack(bytes_from(closed->record), world.arena, &record));
    digest_bytes(hash, questionnaire.data, questionnaire.size);
    round->questionnaire = arena_string(world.arena, "sample/2");
    round->questionnaire_hash = bytes_to(bytes_of(hash, DIGEST_BYTES));
    record->standing->value = bytes_to(codec_pack(round, world.arena));
    closed->record = bytes_to(codec_pack(record, world.arena));
    record_seal(world.vault, closed, world.arena);
    return closed;
}

static void a_round_that_is_open_keeps_its_questionnaire(void **state)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);
    Ci__SealedRecord *closed;

    (void)state;
    closed = closed_over(publish_second(&central));
    put_back();
    publish_second(&central);
    assert_int_equal(world_push(&world, &anna, answer(2)), STANDS);
    assert_int_equal(give_back(&central, closed, NULL), REFUSED_WITH + ERROR_FROZEN);
    assert_int_equal(world_push(&world, &anna, answer(3)), RIVAL); /* and it goes on as it was */
    assert_grows_from_its_journal();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, world_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(what_was_lost_comes_back_once),
        TEST(both_histories_stand_side_by_side_in_any_order),
        TEST(a_later_word_of_the_lost_history_stands_again),
        TEST(only_what_it_sealed_itself_and_only_from_those_who_may_read_it),
        TEST(of_two_adopted_lists_the_executive_keeps_one),
        TEST(an_admission_and_what_it_admits_come_back_in_either_order),
        TEST(a_closed_round_stays_closed),
        TEST(a_round_that_is_open_keeps_its_questionnaire),
    };

    return RUN_UNIT("heal", tests);
}
