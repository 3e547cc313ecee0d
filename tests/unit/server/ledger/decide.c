/*
 * decide.c: the rules of edits, each outcome; every role against every kind and a foreign dossier.
 */
#include "server/ledger/decide.h"

#include "tests/support/one_world.h"
#include "tests/support/unit.h"

enum { STANDS, RIVAL, AGREED, SUPERSEDED, LATE };
enum { KNOWN = 90, CLONED = 99, REFUSED_WITH = 100 };

static Ci__Edit *answer(const struct principal *author, const char *question, uint32_t level)
{
    return world_edit(&world, author, author->areas[0], arena_format(world.arena, "answer/2026/%s", question),
                      world_level(&world, level));
}

static void an_answer_stands_and_is_known_again(void **state)
{
    struct principal buyer = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001");
    Ci__Edit *edit = answer(&buyer, "S1.1", 3);

    (void)state;
    assert_int_equal(world_push(&world, &buyer, edit), STANDS);
    assert_int_equal(world_push(&world, &buyer, edit), KNOWN + STANDS);
}

/* An id alone opens nothing, and is no cover for another value or for somebody without the right. */
static void an_id_is_known_only_as_the_edit_that_it_was(void **state)
{
    struct principal buyer = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001"),
                     auditor = world_person(CI__ROLE__ROLE_AUDITOR, NULL);
    Ci__Edit *edit = answer(&buyer, "S1.1", 3), *other = answer(&buyer, "S1.1", 2);

    (void)state;
    assert_int_equal(world_push(&world, &buyer, edit), STANDS);
    other->id = edit->id;
    assert_int_equal(world_push(&world, &buyer, other), REFUSED_WITH + ERROR_INVALID);
    assert_int_equal(world_push(&world, &auditor, edit), REFUSED_WITH + ERROR_NO_RIGHT);
    edit->author = arena_string(world.arena, "p0000000000000009");
    assert_int_equal(world_push(&world, &buyer, edit), REFUSED_WITH + ERROR_NO_RIGHT);
}

static void what_was_not_seen_is_kept_beside(void **state)
{
    struct principal buyer = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001");
    Ci__Edit *first = answer(&buyer, "S1.1", 3), *second = answer(&buyer, "S1.1", 1),
             *third = answer(&buyer, "S1.1", 2);
    Ci__Edit *same = answer(&buyer, "S1.1", 2);

    (void)state;
    assert_int_equal(world_push(&world, &buyer, first), STANDS);
    assert_int_equal(world_push(&world, &buyer, second), RIVAL);
    world_base(&world, third, first);
    third->seen[third->n_seen++] = second->id;
    assert_int_equal(world_push(&world, &buyer, third), STANDS);
    assert_int_equal(world_push(&world, &buyer, same), AGREED);
}

static void an_edit_that_a_head_has_seen_is_history(void **state)
{
    struct principal buyer = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001");
    Ci__Edit *first = answer(&buyer, "S1.1", 3), *second = answer(&buyer, "S1.1", 1);

    (void)state;
    world_base(&world, second, first);
    assert_int_equal(world_push(&world, &buyer, second), STANDS);
    assert_int_equal(world_push(&world, &buyer, first), SUPERSEDED);
}

static void the_seventeenth_head_is_refused(void **state)
{
    struct principal buyer = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001");
    char *key = arena_string(world.arena, "answer/2026/O1.2");

    (void)state;
    for (uint32_t i = 0; i < 17; i++) {
        Ci__Answer *value = SAMPLE_NEW(world.arena, Ci__Answer, ci__answer);

        value->value = SAMPLE_NEW(world.arena, Ci__AnswerValue, ci__answer_value);
        value->value->of_case = CI__ANSWER_VALUE__OF_NUMBER;
        value->value->number = i;
        assert_int_equal(
            world_push(&world, &buyer, world_edit(&world, &buyer, "GM0001", key, codec_pack(value, world.arena))),
            i == 0   ? STANDS
            : i < 16 ? RIVAL
                     : REFUSED_WITH + ERROR_TOO_MANY_RIVALS);
    }
}

static void only_known_questions_versions_and_values_are_taken(void **state)
{
    struct principal buyer = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001");
    Ci__Edit *edit = answer(&buyer, "S1.1", 3);

    (void)state;
    assert_int_equal(world_push(&world, &buyer, answer(&buyer, "S9.9", 1)), REFUSED_WITH + ERROR_UNKNOWN_QUESTION);
    assert_int_equal(world_push(&world, &buyer, answer(&buyer, "S1.1", 9)), REFUSED_WITH + ERROR_INVALID);
    edit->questionnaire = edit->id;
    assert_int_equal(world_push(&world, &buyer, edit), REFUSED_WITH + ERROR_INVALID);
    edit = answer(&buyer, "S1.1", 3);
    edit->questionnaire = bytes_to(bytes_of(sample_take(world.arena, DIGEST_BYTES), DIGEST_BYTES));
    assert_int_equal(world_push(&world, &buyer, edit), REFUSED_WITH + ERROR_UNKNOWN_VERSION);
    assert_int_equal(world_push(&world, &buyer,
                                world_edit(&world, &buyer, "GM0001", "answer/1999/S1.1",
                                           edit->value.data ? bytes_from(edit->value) : bytes_of("", 0))),
                     REFUSED_WITH + ERROR_UNKNOWN_ROUND);
}

static void a_closed_round_takes_answers_as_late(void **state)
{
    struct principal buyer = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001");
    struct txn txn;

    (void)state;
    world_set_round(&world, CI__ROUND__STATE__CLOSED);
    assert_int_equal(world_push(&world, &buyer, answer(&buyer, "S1.1", 3)), LATE);
    assert_int_equal(txn_begin_read(&txn, ledger_store(world.ledger)), 0);
    assert_null(record_packed(&txn, "GM0001", "answer/2026/S1.1").data);
    txn_end(&txn);
}

static void a_round_never_goes_back_and_what_is_published_is_frozen(void **state)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);
    struct bytes planned = codec_pack(world_round(&world, CI__ROUND__STATE__PLANNED), world.arena);
    Ci__Questionnaire *other = sample_message(world.arena);

    (void)state;
    assert_int_equal(world_push(&world, &central, world_edit(&world, &central, "NL", "round/2026", planned)),
                     REFUSED_WITH + ERROR_INVALID);
    other->title->en = arena_string(world.arena, "another");
    assert_int_equal(
        world_push(&world, &central,
                   world_edit(&world, &central, "NL", "questionnaire/sample/1", codec_pack(other, world.arena))),
        REFUSED_WITH + ERROR_FROZEN);
}

/* Every round is looked at where an area moves, so there is a bound, and who passes it hears so. */
static void the_sixty_fifth_round_is_refused(void **state)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);
    Ci__Round *round = world_round(&world, CI__ROUND__STATE__PLANNED);

    (void)state;
    for (int i = 2; i <= 65; i++) {
        round->id = arena_format(world.arena, "%d", 2100 + i);
        assert_int_equal(world_push(&world, &central,
                                    world_edit(&world, &central, "NL", arena_format(world.arena, "round/%s", round->id),
                                               codec_pack(round, world.arena))),
                         i <= 64 ? STANDS : REFUSED_WITH + ERROR_INVALID);
    }
}

static int plan_round(const char *id, const char *opens, const char *closes)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);
    Ci__Round *round = world_round(&world, CI__ROUND__STATE__PLANNED);

    round->id = arena_string(world.arena, id);
    round->opens = arena_string(world.arena, opens);
    round->closes = arena_string(world.arena, closes);
    return world_push(
        &world, &central,
        world_edit(&world, &central, "NL", arena_format(world.arena, "round/%s", id), codec_pack(round, world.arena)));
}

static void a_round_is_a_year_and_does_not_close_before_it_opens(void **state)
{
    static const struct {
        const char *id, *opens, *closes;
        int expected;
    } rows[] = {
        { "2027", "2027-01-01", "2027-12-31", STANDS },
        { "2028", "", "", STANDS },
        { "2029", "2029-05-01", "2029-05-01", STANDS },
        { "27", "2027-01-01", "2027-12-31", REFUSED_WITH + ERROR_INVALID },
        { "20271", "2027-01-01", "2027-12-31", REFUSED_WITH + ERROR_INVALID },
        { "year", "2027-01-01", "2027-12-31", REFUSED_WITH + ERROR_INVALID },
        { "2030", "2030-12-31", "2030-01-01", REFUSED_WITH + ERROR_INVALID },
        { "2030", "2030-02-30", "2030-12-31", REFUSED_WITH + ERROR_INVALID },
        { "2030", "0230-01-01", "2030-12-31", REFUSED_WITH + ERROR_INVALID },
        { "2030", "2030-01-01", "9030-12-31", REFUSED_WITH + ERROR_INVALID },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(plan_round(rows[i].id, rows[i].opens, rows[i].closes), rows[i].expected);
}

static void central_kinds_must_have_seen_what_stands(void **state)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);
    struct bytes closed = codec_pack(world_round(&world, CI__ROUND__STATE__CLOSED), world.arena);

    (void)state;
    assert_int_equal(world_push(&world, &central, world_edit(&world, &central, "NL", "round/2026", closed)),
                     REFUSED_WITH + ERROR_STALE);
}

/* A slip of the hand in the year would stay for ever. */
static void a_round_begins_planned_or_open(void **state)
{
    struct principal central = world_person(CI__ROLE__ROLE_CENTRAL, NULL);

    (void)state;
    for (Ci__Round__State at = CI__ROUND__STATE__PLANNED; at <= CI__ROUND__STATE__RELEASED; at++) {
        Ci__Round *round = world_round(&world, at);
        const char *key = arena_format(world.arena, "round/%u", 2030 + (unsigned)at);

        round->id = arena_string(world.arena, key + strlen("round/"));
        assert_int_equal(
            world_push(&world, &central, world_edit(&world, &central, "NL", key, codec_pack(round, world.arena))),
            at <= CI__ROUND__STATE__OPEN ? STANDS : REFUSED_WITH + ERROR_UNKNOWN_ROUND);
    }
}

static void a_lower_number_with_an_unknown_edit_is_a_clone(void **state)
{
    struct principal buyer = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001");

    (void)state;
    assert_int_equal(world_push(&world, &buyer, answer(&buyer, "S1.1", 3)), STANDS);
    world.numbers = 0;
    assert_int_equal(world_push(&world, &buyer, answer(&buyer, "S1.3", 9)), REFUSED_WITH + ERROR_INVALID);
    world.numbers = 0;
    assert_int_equal(world_push(&world, &buyer, answer(&buyer, "O1.1", 3)), CLONED);
}

/* Every role × every kind × own and foreign dossier: only what the table says gets past no_right. */
static void no_role_writes_what_is_not_its_own(void **state)
{
    static const struct {
        const char *key;
        bool national;
        unsigned writers;
    } rows[] = {
        { "answer/2026/S1.1", false, 1u << 1 | 1u << 2 | 1u << 3 },
        { "submission/2026", false, 1u << 2 | 1u << 3 },
        { "person/p0000000000000001", true, 0 },
        { "install/00000000000000000000000000000001", true, 0 },
        { "revocation/x", true, 1u << 5 },
        { "area/PV25", true, 1u << 5 },
        { "questionnaire/sample/2", true, 1u << 5 },
        { "round/2027", true, 1u << 5 },
    };
    static const char *const dossiers[] = { "NL", "GM0001", "GM0002", "GM9999" };

    (void)state;
    for (Ci__Role role = CI__ROLE__ROLE_NONE; role <= CI__ROLE__ROLE_AUDITOR; role++) {
        bool municipal = role >= CI__ROLE__ROLE_RESPONDENT && role <= CI__ROLE__ROLE_EXECUTIVE;
        struct principal who = world_person(role, municipal                            ? "GM0001"
                                                  : role == CI__ROLE__ROLE_COORDINATOR ? "PV25"
                                                                                       : NULL);

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            for (size_t d = 0; d < sizeof dossiers / sizeof *dossiers; d++) {
                bool own = rows[i].national ? d == 0 : municipal && d == 1;
                bool may = own && (rows[i].writers & (1u << role));
                int result =
                    world_push(&world, &who, world_edit(&world, &who, dossiers[d], rows[i].key, bytes_of("\xff", 1)));

                assert_int_equal(result, REFUSED_WITH + (may ? ERROR_INVALID : ERROR_NO_RIGHT));
            }
    }
}

static void nobody_writes_under_another_name(void **state)
{
    struct principal buyer = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001");
    Ci__Edit *edit = answer(&buyer, "S1.1", 3);

    (void)state;
    edit->author = arena_string(world.arena, "p0000000000000009");
    assert_int_equal(world_push(&world, &buyer, edit), REFUSED_WITH + ERROR_NO_RIGHT);
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        RULE(an_answer_stands_and_is_known_again),
        RULE(an_id_is_known_only_as_the_edit_that_it_was),
        RULE(what_was_not_seen_is_kept_beside),
        RULE(an_edit_that_a_head_has_seen_is_history),
        RULE(the_seventeenth_head_is_refused),
        RULE(only_known_questions_versions_and_values_are_taken),
        RULE(a_closed_round_takes_answers_as_late),
        RULE(a_round_never_goes_back_and_what_is_published_is_frozen),
        RULE(the_sixty_fifth_round_is_refused),
        RULE(a_round_is_a_year_and_does_not_close_before_it_opens),
        RULE(central_kinds_must_have_seen_what_stands),
        RULE(a_round_begins_planned_or_open),
        RULE(a_lower_number_with_an_unknown_edit_is_a_clone),
        RULE(no_role_writes_what_is_not_its_own),
        RULE(nobody_writes_under_another_name),
    };

    return RUN_UNIT("server.ledger.decide", tests);
}
