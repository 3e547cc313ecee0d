/*
 * details.c: names of people whose key a vault that was put back lacks: they come back as they were given out, from anybody
 * who has them, once; and nobody gives anybody another name.
 */
#include "server/ledger/details.h"

#include "server/handlers/handlers.h"
#include "server/ledger/own_edits.h"
#include "server/ledger/records.h"
#include "tests/support/one_world.h"
#include "tests/support/unit.h"

#define ANNA "p00000000000000aa"

static int open_now(Ci__PersonDetails **details)
{
    Ci__Person *person = NULL;
    struct txn txn;

    MUST(txn_begin_read(&txn, ledger_store(world.ledger)));
    assert_int_equal(RECORD_VALUE(&txn, "NL", "person/" ANNA, ci__person, world.arena, &person), 0);
    txn_end(&txn);
    return details_open(world.vault, ANNA, person, world.arena, details);
}

static void write_person(Ci__Person__State state, const Ci__PersonDetails *details)
{
    Ci__Person person = CI__PERSON__INIT;
    struct refusal refusal;
    struct bytes closed;

    MUST(details_close(world.vault, ANNA, details, world.arena, &closed));
    person.role = CI__ROLE__ROLE_COORDINATOR;
    person.state = state;
    person.details = bytes_to(closed);
    world_begin(&world);
    assert_int_equal(own_message_add(&world.batch, "", "person/" ANNA, &person, world.arena, &refusal), 0);
    world_commit(&world);
}

/* As they were given out, before the key was lost. */
static Ci__PersonDetails *invited(void)
{
    Ci__PersonDetails details = CI__PERSON_DETAILS__INIT, *given = NULL;

    details.name = (char *)(uintptr_t) "Anna de Boer";
    details.function = (char *)(uintptr_t) "inkoper";
    write_person(CI__PERSON__STATE__ACTIVE, &details);
    assert_int_equal(open_now(&given), 0);
    assert_string_equal(given->person, ANNA);
    return given;
}

/* How many entries a heal with these details makes. */
static uint64_t give_back(Ci__PersonDetails *details)
{
    Ci__Heal heal = CI__HEAL__INIT;
    struct request request = { .arena = world.arena,
                               .message = &heal.base,
                               .principal = world_person(CI__ROLE__ROLE_RESPONDENT, "GM0001") };
    uint64_t before = world.batch.head.position;

    heal.dossier = (char *)(uintptr_t) "NL";
    heal.details = &details;
    heal.n_details = 1;
    world_begin(&world);
    assert_int_equal(handle_heal(&request, &world.batch), 0);
    world_commit(&world);
    assert_non_null(request.reply);
    return world.batch.head.position - before;
}

static void a_lost_name_comes_back_once(void **state)
{
    Ci__PersonDetails *given = invited(), *found = NULL;

    (void)state;
    assert_int_equal(give_back(given), 0); /* it is not lost */
    MUST(vault_erase_person(world.vault, ANNA));
    assert_int_equal(open_now(&found), DETAILS_LOST);
    assert_int_equal(give_back(given), 1);
    assert_int_equal(open_now(&found), 0);
    assert_string_equal(found->name, "Anna de Boer");
    assert_string_equal(found->function, "inkoper");
    assert_int_equal(give_back(given), 0);
}

/* Killed after the key was made and before its entry was; or another history's record came to stand. */
static void a_key_that_is_not_the_records_is_as_good_as_none(void **state)
{
    Ci__PersonDetails *given = invited(), *found = NULL;
    struct bytes other;

    (void)state;
    MUST(vault_erase_person(world.vault, ANNA));
    MUST(details_close(world.vault, ANNA, given, world.arena, &other));
    assert_int_equal(open_now(&found), DETAILS_LOST);
    assert_int_equal(give_back(given), 1);
    assert_int_equal(open_now(&found), 0);
}

static void nobody_gives_another_name(void **state)
{
    Ci__PersonDetails *given = invited(), *found = NULL, changed = *given;
    uint8_t seal[DIGEST_BYTES];

    (void)state;
    MUST(vault_erase_person(world.vault, ANNA));
    changed.name = (char *)(uintptr_t) "Anna de Boef";
    assert_int_equal(give_back(&changed), 0);
    changed = *given;
    changed.function = given->department;
    changed.department = given->function;
    assert_int_equal(give_back(&changed), 0);
    changed = *given;
    changed.person = (char *)(uintptr_t) "p00000000000000ab";
    assert_int_equal(give_back(&changed), 0);
    changed = *given;
    changed.seal.len = 0;
    assert_int_equal(give_back(&changed), 0);
    memcpy(seal, given->seal.data, sizeof seal);
    seal[0] ^= 1;
    changed.seal = bytes_to(bytes_of(seal, sizeof seal));
    assert_int_equal(give_back(&changed), 0);
    assert_int_equal(open_now(&found), DETAILS_LOST);
}

static void who_was_erased_stays_so_and_a_key_that_came_back_is_deleted(void **state)
{
    Ci__PersonDetails *given = invited(), *found = NULL;
    struct bytes closed, plain;
    struct txn txn;

    (void)state;
    write_person(CI__PERSON__STATE__ERASED, given);
    MUST(vault_close_details(world.vault, ANNA, bytes_of("x", 1), world.arena, &closed));
    assert_int_equal(vault_open_details(world.vault, ANNA, closed, world.arena, &plain), 0);
    MUST(txn_begin_read(&txn, ledger_store(world.ledger)));
    MUST(details_erase(&txn, world.vault));
    txn_end(&txn);
    assert_int_equal(vault_open_details(world.vault, ANNA, closed, world.arena, &plain), VAULT_NO_KEY);
    assert_int_equal(give_back(given), 0);
    assert_int_equal(open_now(&found), DETAILS_NONE);
    assert_int_equal(vault_open_details(world.vault, ANNA, closed, world.arena, &plain), VAULT_NO_KEY);
}

#define DETAILS(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        DETAILS(a_lost_name_comes_back_once),
        DETAILS(a_key_that_is_not_the_records_is_as_good_as_none),
        DETAILS(nobody_gives_another_name),
        DETAILS(who_was_erased_stays_so_and_a_key_that_came_back_is_deleted),
    };

    return RUN_UNIT("server.handlers.details", tests);
}
